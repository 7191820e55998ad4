//! Messages about folders: what could not be read at all.

use super::{Place, Problems};

impl Problems {
    pub(crate) fn unreadable_file(&mut self, place: Place, reason: &str) {
        self.error("unreadable-file", place, format!("the file cannot be read: {reason}"));
    }

    pub(crate) fn too_many_files(&mut self, place: Place, max: usize) {
        self.error("folder-limit", place, format!("the bot has more than {max} files"))
            .help("a bot of this size is better made of several bots, or of larger files");
    }

    pub(crate) fn link_goes_round(&mut self, place: Place) {
        self.error("unreadable-file", place, "the link leads back to a folder that it stands in".into());
    }

    pub(crate) fn folder_too_deep(&mut self, place: Place, depth_max: usize) {
        self.error("folder-limit", place, format!("folders nest deeper than {depth_max} here"));
    }
}
