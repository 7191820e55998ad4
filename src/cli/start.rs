//! Putting a gateway together: the same parts, in the same order, for every command that runs conversations.

use std::{io::ErrorKind, path::Path, sync::Arc};

use super::trouble::Trouble;
use crate::{
    accounts::Accounts,
    catalog::{Admit, Catalog},
    diagnostic::escape_name,
    gateway::{Admission, Gateway, OwnedAdmission, Parts},
    integrations::Integrations,
    outbound::{Client, Egress, Secrets},
    store::Store,
};

/// How APIs are reached; offline they are not.
pub(super) struct Outside<'a> {
    pub egress: Egress,
    pub secrets_dir: &'a Path,
}

/// Whether there is a bots folder at all. One that goes later is waited for; one that is not there at the start is a slip.
pub(super) fn find_bots(bots: &Path) -> Result<(), Trouble> {
    let Err(error) = std::fs::read_dir(bots) else { return Ok(()) };
    let name = escape_name(bots.as_os_str());
    let message = match error.kind() {
        ErrorKind::NotFound => format!("there is no bots folder {name}"),
        _ => format!("the bots folder {name} cannot be read: {error}"),
    };
    Err(Trouble::new(message).help("name the folder with the bots with --bots"))
}

/// Loads the bots and starts their gateway.
pub(super) async fn gateway(
    bots: &Path,
    store: Store,
    outside: Option<Outside<'_>>,
    accounts: Option<Accounts>,
) -> Result<Gateway, Trouble> {
    let secrets = outside.as_ref().map(|o| Arc::new(Secrets::of_process(o.secrets_dir.to_owned())));
    let integrations = match (&outside, &secrets) {
        (Some(outside), Some(secrets)) => Some(integrations(outside, secrets)?),
        _ => None,
    };
    let admission = Admission { store: store.clone(), secrets };
    let admit: Arc<dyn Admit> = match accounts {
        Some(accounts) => Arc::new(OwnedAdmission { accounts, admission }),
        None => Arc::new(admission),
    };
    let catalog = Arc::new(Catalog::open(bots, admit));
    catalog.reload().await;
    Gateway::start(Parts { catalog, store, integrations }).await.map_err(|error| Trouble::new(error.to_string()))
}

fn integrations(outside: &Outside<'_>, secrets: &Arc<Secrets>) -> Result<Integrations, Trouble> {
    let agent = concat!("flowgate/", env!("CARGO_PKG_VERSION"));
    let client = Client::new(outside.egress, secrets.clone(), agent)
        .map_err(|error| Trouble::new(format!("cannot make calls: {}", error.message)))?;
    Ok(Integrations::new(Arc::new(client)))
}
