//! Bots in folders, and the conversations that stand beside them.

use crate::support::play::load;

#[test]
fn the_sample_bots_compile() {
    for folder in ["bots/shop", "bots/clinic"] {
        let loaded = load(folder);
        assert!(loaded.bot.is_some(), "{}", loaded.errors());
    }
}
