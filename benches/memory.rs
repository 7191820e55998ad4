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

use futures_util::{StreamExt, stream};

use figures::{Figures, Report, measuring};
use served::Served;

const AT_REST_MIB_MAX: f64 = 60.0;
const PER_THOUSAND_MIB_MAX: f64 = 4.0;
/// Messages before the first look, of few users: what they fill (pools, the 64 MiB of pages that SQLite keeps) is not of the
/// conversations that come after them.
const WARM: usize = 100_000;
const WARM_USERS: usize = 1_000;
/// Users who write at once.
const AT_ONCE: usize = 32;
const THOUSANDS: usize = 10;

/// MiB at rest, and MiB that each further thousand of conversations adds.
fn memory(thousands: usize, warm: usize) -> (f64, f64) {
    let data = tempfile::tempdir().expect("a folder can be made");
    let served = Served::start(&Path::new(env!("CARGO_MANIFEST_DIR")).join("bots"), data.path());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let greet = |users: &mut dyn Iterator<Item = usize>| {
        let greeting = |n| {
            let served = &served;
            async move {
                let said = served.say("clinic", &format!("user-{n}"), "hi").await;
                assert!(n < WARM_USERS || said.starts_with("Welcome"), "{said}");
            }
        };
        runtime.block_on(stream::iter(users).map(greeting).buffer_unordered(AT_ONCE).collect::<()>());
    };
    std::thread::sleep(std::time::Duration::from_secs(1));
    let at_rest = held::mib(served.process.id(), "VmRSS");
    greet(&mut (0..warm).map(|n| n % WARM_USERS));
    let before = held::mib(served.process.id(), "VmRSS");
    greet(&mut (WARM_USERS..WARM_USERS + thousands * 1_000));
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
