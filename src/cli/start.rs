//! Putting a gateway together: the same parts, in the same order, for every command that runs conversations.

use std::{path::Path, sync::Arc};

use super::trouble::Trouble;
use crate::{
    catalog::Catalog,
    gateway::{Admission, Gateway, Parts},
    integrations::Integrations,
    outbound::{Client, Egress, Secrets},
    store::Store,
};

/// How APIs are reached; offline they are not.
pub(super) struct Outside<'a> {
    pub egress: Egress,
    pub secrets_dir: &'a Path,
}

/// Loads the bots and starts their gateway.
pub(super) async fn gateway(bots: &Path, store: Store, outside: Option<Outside<'_>>) -> Result<Gateway, Trouble> {
    let secrets = outside.as_ref().map(|o| Arc::new(Secrets::of_process(o.secrets_dir.to_owned())));
    let integrations = match (&outside, &secrets) {
        (Some(outside), Some(secrets)) => Some(integrations(outside, secrets)?),
        _ => None,
    };
    let admission = Admission { store: store.clone(), secrets };
    let catalog = Arc::new(Catalog::open(bots, Arc::new(admission)));
    catalog.reload().await;
    Gateway::start(Parts { catalog, store, integrations }).await.map_err(|error| Trouble::new(error.to_string()))
}

fn integrations(outside: &Outside<'_>, secrets: &Arc<Secrets>) -> Result<Integrations, Trouble> {
    let agent = concat!("flowgate/", env!("CARGO_PKG_VERSION"));
    let client = Client::new(outside.egress, secrets.clone(), agent)
        .map_err(|error| Trouble::new(format!("cannot make calls: {}", error.message)))?;
    Ok(Integrations::new(Arc::new(client)))
}
