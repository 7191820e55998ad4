//! Memory of `flowgate serve`: at rest with the samples, and what cached conversations add.

#[path = "support/figures.rs"]
mod figures;
#[path = "support/memory.rs"]
mod held;
#[path = "support/process.rs"]
mod process;
#[path = "support/served.rs"]
mod served;

use std::path::Path;

use figures::{Figures, Report, measuring};
use served::Served;

const AT_REST_MIB_MAX: f64 = 60.0;
const PER_THOUSAND_MIB_MAX: f64 = 4.0;
/// Conversations before the first look: what the first ones fill (pools, the 16 MiB of pages that SQLite keeps) is not theirs.
const WARM: usize = 8_000;
const THOUSANDS: usize = 10;

/// MiB at rest, and MiB that each further thousand of conversations adds.
fn memory(thousands: usize, warm: usize) -> (f64, f64) {
    let data = tempfile::tempdir().expect("a folder can be made");
    let served = Served::start(&Path::new(env!("CARGO_MANIFEST_DIR")).join("bots"), data.path());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let greet = |users: std::ops::Range<usize>| {
        runtime.block_on(async {
            for n in users {
                let said = served.say("clinic", &format!("user-{n}"), "hi").await;
                assert!(said.starts_with("Welcome"), "{said}");
            }
        });
    };
    std::thread::sleep(std::time::Duration::from_secs(1));
    let at_rest = held::mib(served.process.id(), "VmRSS");
    greet(0..warm);
    let before = held::mib(served.process.id(), "VmRSS");
    greet(warm..warm + thousands * 1_000);
    let after = held::mib(served.process.id(), "VmRSS");
    (at_rest, (after - before) / thousands.max(1) as f64)
}

fn main() {
    if !measuring() {
        memory(0, 10);
        return;
    }
    let mut each = Vec::new();
    let at_rest = Figures::of(|| {
        let (at_rest, per_thousand) = memory(THOUSANDS, WARM);
        each.push(per_thousand);
        at_rest
    });
    let mut each = each.into_iter();
    let per_thousand = Figures::of(|| each.next().expect("as many as before"));
    let mut report = Report::new("memory of serve");
    report.add("at rest, with the samples", "MiB", &at_rest, ..=AT_REST_MIB_MAX);
    report.add("1,000 cached conversations", "MiB", &per_thousand, ..=PER_THOUSAND_MIB_MAX);
    report.print();
}
