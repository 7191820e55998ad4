//! Where currency and per cent signs stand, and what they are. ICU4X has no stable interface for money, so this is a small
//! extract of CLDR 48 (`currencyFormats/standard`, `percentFormats/standard`, `currencies/*/symbol`, `supplemental/currencyData`).
//! What it does not know is written `EUR 12.50`.

use icu_locale_core::Locale;

/// Where a sign stands.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Before,
    BeforeSpaced,
    After,
    AfterSpaced,
}

/// The digits after the point that the currency has.
pub(super) fn places(code: &str) -> i64 {
    match code {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "XAF" | "XOF" | "XPF" | "PYG" | "UGX" | "RWF" | "BIF" | "DJF" | "GNF" | "KMF" | "VUV" => 0,
        "BHD" | "KWD" | "OMR" | "JOD" | "TND" | "LYD" => 3,
        _ => 2,
    }
}

/// The amount with its sign where the language puts it.
pub(super) fn place(digits: &str, code: &str, locale: &Locale, negative: bool) -> String {
    let minus = if negative { "-" } else { "" };
    let Some(side) = money_side(locale) else { return format!("{code} {minus}{digits}") };
    let symbol = symbol(code, locale);
    match side {
        Side::Before if !symbol.ends_with(char::is_alphabetic) => format!("{minus}{symbol}{digits}"),
        Side::Before | Side::BeforeSpaced => format!("{minus}{symbol} {digits}"),
        Side::After => format!("{minus}{digits}{symbol}"),
        Side::AfterSpaced => format!("{minus}{digits} {symbol}"),
    }
}

/// The digits with the per cent sign where the language puts it.
pub(super) fn percent(digits: &str, locale: &Locale) -> String {
    match locale.id.language.as_str() {
        "tr" => format!("%{digits}"),
        "de" | "fr" | "es" | "sv" | "fi" | "nb" | "no" | "da" | "cs" | "sk" | "ru" | "uk" | "hr" | "sl" | "ro" | "lt" | "ca" => {
            format!("{digits} %")
        }
        _ => format!("{digits}%"),
    }
}

fn region(locale: &Locale) -> &str {
    locale.id.region.as_ref().map_or("", |region| region.as_str())
}

fn money_side(locale: &Locale) -> Option<Side> {
    Some(match (locale.id.language.as_str(), region(locale)) {
        ("de", "AT" | "CH" | "LI") | ("pt", "" | "BR") | ("nl" | "id", _) | ("es", "AR" | "UY" | "PY" | "CO" | "VE") => Side::BeforeSpaced,
        ("es", "MX" | "US" | "PE" | "CL" | "EC" | "GT" | "DO" | "HN" | "NI" | "PA" | "SV" | "PR" | "419") => Side::Before,
        ("en" | "zh" | "ja" | "ko" | "hi" | "tr" | "th" | "ta" | "te" | "ur" | "fil" | "ms" | "sw", _) => Side::Before,
        ("bn", _) => Side::After,
        (
            "de" | "fr" | "es" | "it" | "pt" | "pl" | "cs" | "sk" | "ru" | "uk" | "sv" | "fi" | "nb" | "no" | "da" | "el" | "ro" | "hu"
            | "bg" | "hr" | "sl" | "sr" | "lt" | "lv" | "et" | "ca" | "vi",
            _,
        ) => Side::AfterSpaced,
        _ => return None,
    })
}

/// The sign in this language; the code where there is none.
fn symbol<'a>(code: &'a str, locale: &Locale) -> &'a str {
    let (language, region) = (locale.id.language.as_str(), region(locale));
    match (code, language, region) {
        ("USD", _, "CA" | "AU" | "NZ" | "SG" | "HK" | "MX") => "US$",
        ("USD", ..) | ("CAD", _, "CA") | ("AUD", _, "AU") | ("NZD", _, "NZ") | ("SGD", _, "SG") | ("HKD", _, "HK") | ("MXN", _, "MX") => {
            "$"
        }
        ("CAD", ..) => "CA$",
        ("AUD", ..) => "A$",
        ("NZD", ..) => "NZ$",
        ("HKD", ..) => "HK$",
        ("MXN", ..) => "MX$",
        ("EUR", ..) => "€",
        ("GBP", ..) => "£",
        ("INR", ..) => "₹",
        ("ILS", ..) => "₪",
        ("KRW", ..) => "₩",
        ("VND", ..) => "₫",
        ("BRL", ..) => "R$",
        ("JPY", "ja", _) => "¥",
        ("CNY", "zh", _) | ("JPY", ..) => "¥",
        ("CNY", ..) => "CN¥",
        ("PHP", ..) => "₱",
        ("PLN", "pl", _) => "zł",
        ("CZK", "cs", _) => "Kč",
        ("DKK", "da", _) => "kr.",
        ("SEK", "sv", _) | ("NOK", "nb" | "no", _) => "kr",
        ("TRY", "tr", _) => "₺",
        ("RUB", "ru", _) => "₽",
        ("UAH", "uk", _) => "₴",
        ("IDR", "id", _) => "Rp",
        ("BDT", "bn", _) => "৳",
        ("NGN", _, "NG") => "₦",
        ("ZAR", _, "ZA") => "R",
        ("KES", _, "KE") => "Ksh",
        ("THB", "th", _) => "฿",
        ("HUF", "hu", _) => "Ft",
        ("RON", "ro", _) => "RON",
        _ => code,
    }
}
