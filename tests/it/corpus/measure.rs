//! What some work takes of this process: the time it computes, and the most memory above what was there before.

use std::fs;

/// What was taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cost {
    pub ms: f64,
    pub mib: f64,
}

/// Does the work, alone in this process.
pub(super) fn cost<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    // 5 sets the peak back to what is there now
    fs::write("/proc/self/clear_refs", "5").expect("this is Linux");
    let (began, before) = (computed_ms(), mib("VmRSS"));
    let done = work();
    let cost = Cost { ms: computed_ms() - began, mib: (mib("VmHWM") - before).max(0.0) };
    (done, cost)
}

/// For how long the threads of this process have computed: what others do on this machine does not count.
fn computed_ms() -> f64 {
    let of_thread = |stat: String| stat.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default();
    let tasks = fs::read_dir("/proc/self/task").expect("this is Linux");
    tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("schedstat")).ok()).map(of_thread).sum::<f64>() / 1e6
}

fn mib(line: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("this is Linux");
    let value = status.lines().find_map(|l| l.strip_prefix(line)?.strip_prefix(':')).expect("the line is there");
    value.trim().trim_end_matches(" kB").parse::<f64>().expect("it is a number of kB") / 1024.0
}
