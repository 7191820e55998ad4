//! What is so at the moment of the question, in contrast to what was counted: set anew for each.

use metrics::gauge;

use crate::api::State;

/// Sets them all.
pub(super) async fn set(state: &State) {
    gauge!("flowgate_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    bots(state).await;
    process();
}

async fn bots(state: &State) {
    let snapshot = state.gateway.catalog().snapshot();
    let (mut live, mut refused) = (0, 0);
    for (bot, entry) in &snapshot.bots {
        live += u32::from(entry.live.is_some());
        refused += u32::from(entry.state == crate::catalog::State::Quarantined);
        if let Ok(versions) = state.gateway.sessions_per_version(bot).await {
            let open: i64 = versions.iter().map(|(_, sessions)| sessions).sum();
            gauge!("flowgate_sessions_open", "bot" => bot.to_string()).set(open as f64);
        }
    }
    gauge!("flowgate_bots", "state" => "live").set(live);
    gauge!("flowgate_bots", "state" => "refused").set(refused);
}

/// By the names that client libraries of Prometheus give them; nothing where the system does not tell.
fn process() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    if let Some(kib) = kib {
        gauge!("process_resident_memory_bytes").set(kib * 1024.0);
    }
    if let Ok(descriptors) = std::fs::read_dir("/proc/self/fd") {
        gauge!("process_open_fds").set(descriptors.count().saturating_sub(1) as f64); // one of them reads this
    }
}
