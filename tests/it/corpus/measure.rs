//! What some work takes: the time of the processor, and the most memory of this process above what was there before.

use std::{fs, time::Duration};

use crate::support::processor;

/// What was taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cost {
    pub time: Duration,
    pub mib: f64,
}

/// Does the work, alone in this process.
pub(super) fn cost<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    // 5 sets the peak back to what is there now
    fs::write("/proc/self/clear_refs", "5").expect("this is Linux");
    let (began, before) = (processor::time("self"), mib("VmRSS"));
    let done = work();
    let cost = Cost { time: processor::time("self") - began, mib: (mib("VmHWM") - before).max(0.0) };
    (done, cost)
}

fn mib(line: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let value = status.lines().find_map(|l| l.strip_prefix(line)?.strip_prefix(':')).expect("the line is there");
    value.trim().trim_end_matches(" kB").parse::<f64>().expect("it is a number of kB") / 1024.0
}
