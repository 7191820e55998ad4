//! For CI: JUnit XML with a suite per bot. A bot with errors is one case that fails.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Ran, Tested, conversation};
use crate::diagnostic::render;

pub(super) fn junit(all: &[Tested]) -> String {
    let mut report = Report::new("flowgate");
    report.add_test_suites(all.iter().map(suite));
    report.to_string().expect("texts have an XML form")
}

fn suite(tested: &Tested) -> TestSuite {
    let key = tested.bot.files.key.as_str();
    let mut suite = TestSuite::new(key);
    if tested.ran.is_none() {
        suite.add_test_case(refused(tested));
    }
    suite.add_test_cases(tested.all().iter().map(|ran| case(key, ran)));
    suite
}

fn refused(tested: &Tested) -> TestCase {
    let summary = render::summary(&tested.bot.diagnostics);
    let text = render::text(&tested.bot.diagnostics, &tested.bot.sources(), false);
    TestCase::new("check", failed(&summary, &text))
}

fn case(bot: &str, Ran { outcome, conversation, took }: &Ran) -> TestCase {
    let conversation = conversation::text(conversation, 0);
    let status = outcome
        .failure
        .as_ref()
        .map_or_else(TestCaseStatus::success, |failure| failed(&failure.message, &format!("{failure}\n{conversation}")));
    let mut case = TestCase::new(outcome.name.as_str(), status);
    case.set_classname(bot).set_time(*took);
    if outcome.passed() && !conversation.is_empty() {
        case.set_system_out(conversation);
    }
    case.extra.insert("file".into(), (*outcome.place.file).into());
    case
}

fn failed(message: &str, description: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(message).set_description(description);
    status
}
