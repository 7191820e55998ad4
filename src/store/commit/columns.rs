//! A group as arrays: one per column of `claim.sql`.

use std::sync::Arc;

use tokio_postgres::types::ToSql;

use super::Turn;

type Parameter<'a> = &'a (dyn ToSql + Sync);

/// One struct of arrays; `parameters` gives them in the order of the statement.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(super) struct $name<'a> {
            $($field: Vec<$type>,)*
        }
        impl $name<'_> {
            pub(super) fn parameters(&self) -> Vec<Parameter<'_>> {
                vec![$(&self.$field),*]
            }
        }
    };
}

columns! {
    /// The turns, `$1` to `$19`.
    TurnColumns {
        bot: &'a str,
        channel: &'a str,
        user: &'a str,
        expected: Option<i64>,
        uid: i64,
        state: &'a str,
        wake_at: Option<i64>,
        lease_until: Option<i64>,
        session_version: Option<&'a str>,
        run_id: &'a str,
        now: i64,
        begins_run: bool,
        external_id: Option<&'a str>,
        takes: Option<&'a str>,
        interaction: bool,
        log_version: Option<&'a str>,
        event: Option<&'a str>,
        effects_hash: Option<&'a str>,
        start_state: Option<&'a [u8]>,
    }
}

columns! {
    /// Their messages, `$20` to `$33`; `number` is that of the turn.
    MessageColumns {
        number: i64,
        id: &'a str,
        bot: &'a str,
        channel: &'a str,
        user: &'a str,
        position: i64,
        direction: &'a str,
        kind: &'a str,
        body: &'a str,
        items: Option<&'a str>,
        external_id: Option<&'a str>,
        body_hash: Option<&'a str>,
        run_id: Option<&'a str>,
        created_at: i64,
    }
}

impl<'a> TurnColumns<'a> {
    pub(super) fn of(turns: &'a [Arc<Turn>]) -> Self {
        let mut columns = Self::default();
        for turn in turns {
            columns.push(turn);
        }
        columns
    }

    fn push(&mut self, turn: &'a Turn) {
        let (commit, log) = (&turn.commit, turn.commit.log.as_ref());
        self.bot.push(&commit.key.bot);
        self.channel.push(commit.key.channel.as_str());
        self.user.push(&commit.key.user);
        self.expected.push(commit.expected);
        self.uid.push(commit.uid);
        self.state.push(&commit.state);
        self.wake_at.push(commit.wake_at.map(|at| at.0));
        self.lease_until.push(commit.lease_until.map(|at| at.0));
        self.session_version.push(commit.session_version.as_deref());
        self.run_id.push(&commit.run_id);
        self.now.push(commit.now.0);
        self.begins_run.push(commit.begins_run);
        self.external_id.push(turn.external_id());
        self.takes.push(commit.takes.as_deref());
        self.interaction.push(turn.is_interaction());
        self.log_version.push(log.map(|log| &*log.version));
        self.event.push(log.map(|log| &*log.event));
        self.effects_hash.push(log.map(|log| &*log.effects_hash));
        self.start_state.push(turn.start_state.as_deref());
    }
}

impl<'a> MessageColumns<'a> {
    pub(super) fn of(turns: &'a [Arc<Turn>]) -> Self {
        let mut columns = Self::default();
        for (number, turn) in (1..).zip(turns) {
            columns.push(number, turn);
        }
        columns
    }

    fn push(&mut self, number: i64, turn: &'a Turn) {
        let key = &turn.commit.key;
        for (position, message) in turn.placed() {
            self.number.push(number);
            self.id.push(&message.id);
            self.bot.push(&key.bot);
            self.channel.push(key.channel.as_str());
            self.user.push(&key.user);
            self.position.push(position);
            self.direction.push(message.direction.as_str());
            self.kind.push(&message.kind);
            self.body.push(&message.body);
            self.items.push(message.items.as_deref());
            self.external_id.push(message.external_id.as_deref());
            self.body_hash.push(message.body_hash.as_deref());
            self.run_id.push(message.run_id.as_deref());
            self.created_at.push(message.created_at.0);
        }
    }
}
