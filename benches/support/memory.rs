//! What a process holds of memory, as Linux tells it.

use std::fs;

/// A line of `/proc/PID/status`, in MiB.
pub(crate) fn mib(process: u32, line: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process is there, and this is Linux");
    let value = status.lines().find_map(|l| l.strip_prefix(line)?.strip_prefix(':')).expect("the line is there");
    let kib: f64 = value.trim().trim_end_matches(" kB").parse().expect("it is a number of kB");
    kib / 1024.0
}
