//! Messages about folders: what could not be read at all, or is too much.

use super::{Place, Problems};

impl Problems {
    pub(crate) fn unreadable_file(&mut self, place: Place, reason: &str) {
        self.error("unreadable-file", place, format!("the file cannot be read: {reason}"));
    }

    pub(crate) fn unreadable_folder(&mut self, place: Place, reason: &str) {
        self.error("unreadable-file", place, format!("the folder cannot be read: {reason}"));
    }

    pub(crate) fn link_goes_round(&mut self, place: Place) {
        self.error("unreadable-file", place, "the link leads back to a folder that it stands in".into());
    }

    pub(crate) fn too_many_files(&mut self, place: Place, max: usize) {
        self.error("folder-limit", place, format!("the bot has more than {max} files"))
            .help("a bot of this size is better made of several bots, or of larger files");
    }

    pub(crate) fn too_many_entries(&mut self, place: Place, max: usize) {
        self.error("folder-limit", place, format!("the bot's folder holds more than {max} files and folders of any kind, links followed"))
            .help("keep what is no part of the bot elsewhere, or in a folder whose name begins with a dot");
    }

    pub(crate) fn too_many_bytes(&mut self, place: Place, mib_max: u64) {
        self.error("folder-limit", place, format!("the files of the bot have more than {mib_max} MiB together"))
            .help("a bot of this size is better made of several bots");
    }

    pub(crate) fn too_many_values(&mut self, place: Place, max: usize, mib_max: usize) {
        let message = format!("the files of the bot hold more than {max} values or {mib_max} MiB of texts, aliases followed");
        self.error("bot-limit", place, message).help("a bot of this size is better made of several bots");
    }

    pub(crate) fn too_many_locales(&mut self, place: Place, max: usize) {
        self.error("bot-limit", place, format!("the bot has more than {max} locales"))
            .help("keep those that users speak; fr-CA needs only what differs from fr");
    }

    pub(crate) fn too_many_patterns(&mut self, place: Place, mib_max: usize) {
        self.error("bot-limit", place, format!("the patterns of the bot have more than {mib_max} MiB together once they are compiled"))
            .help("use fewer, or smaller ones: [a-z] or [0-9] in place of \\w or \\d, and smaller numbers than in {1,500}");
    }

    pub(crate) fn folder_too_deep(&mut self, place: Place, depth_max: usize) {
        self.error("folder-limit", place, format!("folders nest deeper than {depth_max} here"));
    }
}
