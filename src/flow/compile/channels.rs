//! `channels` of `bot.yaml`: what is listed, and whether its settings can be right. Nothing is resolved here.

use super::{Compiler, Here, urls};
use crate::{
    flow::about::ListedChannel,
    id::Channel,
    language::{self, FacebookDecl, GeneralDecl, PhoneDecl, Said, TelegramDecl, WhatsappDecl},
    outbound::split_secrets,
    yaml::{Node, Span},
};

impl Compiler<'_> {
    /// The channels on which the bot speaks, webchat and workflow first: these need not be listed.
    pub(super) fn channels(&mut self, file: Option<&language::Channels>, here: Here<'_>) -> Vec<ListedChannel> {
        let mut listed = vec![ListedChannel::of(Channel::Webchat), ListedChannel::of(Channel::Workflow)];
        let Some(file) = file else { return listed };
        listed.extend(file.whatsapp.as_ref().map(|decl| self.whatsapp(decl, decl.span, here)));
        listed.extend(file.telegram.as_ref().map(|decl| self.telegram(decl, decl.span, here)));
        listed.extend(file.facebook.as_ref().map(|decl| self.facebook(decl, decl.span, here)));
        listed.extend(file.general.as_ref().map(|decl| self.general(decl, decl.span, here)));
        listed.extend(file.sms.as_ref().map(|decl| self.phone(Channel::Sms, decl, decl.span, here)));
        listed.extend(file.rcs.as_ref().map(|decl| self.phone(Channel::Rcs, decl, decl.span, here)));
        let planned: [(&Option<Node>, Channel); 4] = [
            (&file.google_business_messages, Channel::GoogleBusinessMessages),
            (&file.hangouts_chat, Channel::HangoutsChat),
            (&file.google, Channel::Google),
            (&file.instagram, Channel::Instagram),
        ];
        for (decl, channel) in planned {
            if let Some(decl) = decl {
                self.problems.planned_channel(here.place(decl.span), channel.as_str());
            }
        }
        listed
    }

    fn whatsapp(&mut self, decl: &WhatsappDecl, span: Span, here: Here<'_>) -> ListedChannel {
        self.digits("phone_number_id", &decl.phone_number_id, here);
        self.channel_secrets(&[&decl.token, &decl.app_secret, &decl.verify_token], here);
        self.root(decl.api_root.as_ref(), here);
        self.listed(Channel::Whatsapp, decl.country.as_ref(), span, here)
    }

    fn telegram(&mut self, decl: &TelegramDecl, span: Span, here: Here<'_>) -> ListedChannel {
        self.channel_secrets(&[&decl.token, &decl.secret_token], here);
        let allowed = |text: &str| (1..=256).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        if is_literal(&decl.secret_token) && !allowed(&decl.secret_token) {
            let help = "Telegram takes 1 to 256 letters, digits, `_` and `-`";
            self.problems.bad_setting(here.place(decl.secret_token.span), "secret token", &decl.secret_token, help);
        }
        self.root(decl.api_root.as_ref(), here);
        self.listed(Channel::Telegram, None, span, here)
    }

    fn facebook(&mut self, decl: &FacebookDecl, span: Span, here: Here<'_>) -> ListedChannel {
        self.digits("page_id", &decl.page_id, here);
        self.channel_secrets(&[&decl.token, &decl.app_secret, &decl.verify_token], here);
        self.root(decl.api_root.as_ref(), here);
        self.listed(Channel::Facebook, None, span, here)
    }

    fn general(&mut self, decl: &GeneralDecl, span: Span, here: Here<'_>) -> ListedChannel {
        self.root(Some(&decl.url), here);
        self.channel_secrets(&[&decl.secret], here);
        self.listed(Channel::General, None, span, here)
    }

    fn phone(&mut self, channel: Channel, decl: &PhoneDecl, span: Span, here: Here<'_>) -> ListedChannel {
        self.root(decl.api_root.as_ref(), here);
        self.listed(channel, decl.country.as_ref(), span, here)
    }

    /// A channel without an adapter is listed all the same: flows that are started on it are recorded.
    fn listed(&mut self, channel: Channel, country: Option<&Said>, span: Span, here: Here<'_>) -> ListedChannel {
        self.problems.only_recorded(here.place(span), channel.as_str());
        if let Some(code) = country.filter(|code| !(1..=3).contains(&code.len()) || code.starts_with('0') || !is_digits(code)) {
            self.problems.bad_setting(here.place(code.span), "country code", code, "write its digits, for example \"91\"");
        }
        ListedChannel { channel, country: country.map(|code| code.0.clone()) }
    }

    fn digits(&mut self, name: &str, value: &Said, here: Here<'_>) {
        if self.setting(value, here) && is_literal(value) && !is_digits(value) {
            self.problems.bad_setting(here.place(value.span), name, value, "write its digits, for example \"1055\"");
        }
    }

    /// These are secrets by their nature, whatever they look like.
    fn channel_secrets(&mut self, values: &[&Said], here: Here<'_>) {
        for value in values {
            if self.setting(value, here) && is_literal(value) {
                self.problems.literal_secret(here.place(value.span));
            }
        }
    }

    fn root(&mut self, url: Option<&Said>, here: Here<'_>) {
        let Some(url) = url else { return };
        if self.setting(url, here) && !url.starts_with("${") {
            self.check_origin(&url[..urls::origin_end(url)], url, here);
        }
    }

    /// A setting is the same for every user: no placeholder, and every reference to a secret can be read.
    fn setting(&mut self, value: &Said, here: Here<'_>) -> bool {
        if let Err(bad) = split_secrets(value) {
            self.problems.bad_secret(super::part_of(here.doc, value.span, value, bad.bytes), &bad.reason);
            return false;
        }
        let placeholder = ["{{", "<<"].iter().any(|begin| value.contains(begin));
        if placeholder {
            self.problems.templated_setting(here.place(value.span));
        }
        !placeholder
    }
}

fn is_literal(value: &Said) -> bool {
    !value.contains("${")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
