//! `flowgate keys list`: a table for people, lines with tabs for programs.

use comfy_table::{Table, presets};

use super::open;
use crate::{
    cli::{output, trouble::Trouble},
    settings::ListKeys,
    store::KeyRow,
    time::Timestamp,
};

const TITLES: [&str; 10] = ["id", "kind", "account", "bot", "scopes", "state", "created", "expires", "last used", "note"];

pub(super) async fn list(settings: &ListKeys) -> Result<(), Trouble> {
    let store = open(&settings.database).await?;
    let (keys, now) = (store.all_keys().await?, Timestamp::now());
    store.close().await;
    let rows = keys.iter().map(|key| cells(key, now)).collect::<Vec<_>>();
    output::show(&if output::is_terminal() { table(rows) } else { lines(&rows) })
}

fn cells(key: &KeyRow, now: Timestamp) -> [String; 10] {
    let moment = |at: Option<Timestamp>| at.map(Timestamp::rfc3339).unwrap_or_default();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    [
        key.id.to_string(),
        key.kind.as_str().to_owned(),
        text(key.account.as_deref()),
        text(key.bot.as_deref()),
        key.scopes.to_string(),
        key.state(now).to_owned(),
        key.created_at.rfc3339(),
        moment(key.expires_at),
        moment(key.last_used_at),
        text(key.note.as_deref()),
    ]
}

fn table(rows: Vec<[String; 10]>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(TITLES);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.to_string()
}

fn lines(rows: &[[String; 10]]) -> String {
    let titles = TITLES.join("\t");
    rows.iter().fold(titles, |text, row| text + "\n" + &row.join("\t"))
}
