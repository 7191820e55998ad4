//! `flowgate users`.

use super::{Folder, Ran};

#[test]
fn a_user_who_is_not_there_is_told() {
    let folder = Folder::empty();
    assert_eq!(folder.run(&["migrate"]).code, 0);
    for action in ["export", "erase"] {
        let nobody = "error: bot \"shop\" has no user \"ada\" on webchat\n";
        assert_eq!(folder.run(&["users", action, "--bot", "shop", "--user", "ada"]), Ran::new(2, "", nobody));
    }
    let wrong = folder.run(&["users", "erase", "--bot", "shop", "--user", "ada", "--channel", "sms"]);
    assert_eq!(
        (wrong.code, wrong.err.as_str()),
        (2, "error: \"ada\" is no phone number\nhelp: write it with the code of its country: +919876543210\n")
    );
    assert_eq!(folder.run(&["users", "export", "--bot", "shop", "--user", "a", "--channel", "smoke"]).code, 2);
    assert_eq!(folder.run(&["users", "export", "--user", "ada"]).code, 2, "whose user?");
}
