//! The path of a message under load: what the gateway does in a second beside what this machine can do at best, measured in
//! turns, in one run. `cargo bench --bench gateway`; `cargo test` runs it for a moment, to see that every answer is right.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench tells what it measures")]
#![expect(clippy::unwrap_used, reason = "it shares the tests' PostgreSQL")]

mod client;
mod databases;
mod floor;
mod growth;
mod load;
mod messages;
mod plan;
mod process;
mod report;
mod rows;
mod script;

use clap::Parser;

use self::{databases::Databases, plan::Arguments, report::Report};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments = Arguments::parse();
    if let Some([name, database, users]) = arguments.floor.as_deref() {
        return floor::serve(name, database, users.parse().expect("a number of users"));
    }
    let (plan, databases, mut report) = (plan::Plan::of(&arguments), Databases::new(), Report::default());
    report.line(&format!("{}; medians of {}, ± half the spread.\n", report::circumstances(), plan.rounds));
    if !arguments.only_growth {
        messages::measure(&plan, &databases, &mut report);
    }
    if arguments.growth || arguments.only_growth || !arguments.bench {
        growth::measure(&plan, &databases, &mut report);
    }
    if let Some(file) = &arguments.out {
        std::fs::write(file, report.text()).expect("the file can be written");
    }
}
