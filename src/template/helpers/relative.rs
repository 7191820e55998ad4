//! Relative time. ICU4X has no stable interface for it, so the forms of common languages are copied here from CLDR 48
//! (`fields/*/relativeTime-type-past` and `-future`); other languages get English.

use icu_locale_core::Locale;

/// How a language says it: now, the frames of past and future, the units from second to year with singular and plural.
struct Forms {
    now: &'static str,
    past: &'static str,
    future: &'static str,
    units: [(&'static str, &'static str); 6],
}

const UNITS: [(i64, i64); 6] = [(1, 60), (60, 60), (3_600, 24), (86_400, 30), (2_592_000, 12), (31_536_000, i64::MAX)];

/// `3 days ago` for positive seconds, `in 3 days` for negative ones.
pub(super) fn ago(seconds: i64, locale: &Locale) -> String {
    let (forms, size) = (forms(locale.id.language.as_str()), seconds.unsigned_abs());
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    if size < 5 {
        return forms.now.to_owned();
    }
    let unit = UNITS.iter().position(|(length, most)| size / length < *most).unwrap_or(UNITS.len() - 1);
    let count = (size / UNITS[unit].0).max(1);
    let (one, other) = forms.units[unit];
    let amount = (if count == 1 { one } else { other }).replace('#', &count.to_string());
    (if seconds > 0 { forms.past } else { forms.future }).replace('#', &amount)
}

#[rustfmt::skip]
fn forms(language: &str) -> Forms {
    match language {
        "de" => Forms { now: "jetzt", past: "vor #", future: "in #", units: [("# Sekunde", "# Sekunden"), ("# Minute", "# Minuten"), ("# Stunde", "# Stunden"), ("# Tag", "# Tagen"), ("# Monat", "# Monaten"), ("# Jahr", "# Jahren")] },
        "fr" => Forms { now: "maintenant", past: "il y a #", future: "dans #", units: [("# seconde", "# secondes"), ("# minute", "# minutes"), ("# heure", "# heures"), ("# jour", "# jours"), ("# mois", "# mois"), ("# an", "# ans")] },
        "es" => Forms { now: "ahora", past: "hace #", future: "dentro de #", units: [("# segundo", "# segundos"), ("# minuto", "# minutos"), ("# hora", "# horas"), ("# día", "# días"), ("# mes", "# meses"), ("# año", "# años")] },
        "it" => Forms { now: "ora", past: "# fa", future: "tra #", units: [("# secondo", "# secondi"), ("# minuto", "# minuti"), ("# ora", "# ore"), ("# giorno", "# giorni"), ("# mese", "# mesi"), ("# anno", "# anni")] },
        "pt" => Forms { now: "agora", past: "há #", future: "em #", units: [("# segundo", "# segundos"), ("# minuto", "# minutos"), ("# hora", "# horas"), ("# dia", "# dias"), ("# mês", "# meses"), ("# ano", "# anos")] },
        "nl" => Forms { now: "nu", past: "# geleden", future: "over #", units: [("# seconde", "# seconden"), ("# minuut", "# minuten"), ("# uur", "# uur"), ("# dag", "# dagen"), ("# maand", "# maanden"), ("# jaar", "# jaar")] },
        "tr" => Forms { now: "şimdi", past: "# önce", future: "# sonra", units: [("# saniye", "# saniye"), ("# dakika", "# dakika"), ("# saat", "# saat"), ("# gün", "# gün"), ("# ay", "# ay"), ("# yıl", "# yıl")] },
        "id" => Forms { now: "sekarang", past: "# yang lalu", future: "dalam #", units: [("# detik", "# detik"), ("# menit", "# menit"), ("# jam", "# jam"), ("# hari", "# hari"), ("# bulan", "# bulan"), ("# tahun", "# tahun")] },
        "hi" => Forms { now: "अब", past: "# पहले", future: "# में", units: [("# सेकंड", "# सेकंड"), ("# मिनट", "# मिनट"), ("# घंटा", "# घंटे"), ("# दिन", "# दिन"), ("# माह", "# माह"), ("# वर्ष", "# वर्ष")] },
        "ja" => Forms { now: "今", past: "#前", future: "#後", units: [("# 秒", "# 秒"), ("# 分", "# 分"), ("# 時間", "# 時間"), ("# 日", "# 日"), ("# か月", "# か月"), ("# 年", "# 年")] },
        "zh" => Forms { now: "现在", past: "#前", future: "#后", units: [("#秒钟", "#秒钟"), ("#分钟", "#分钟"), ("#小时", "#小时"), ("#天", "#天"), ("#个月", "#个月"), ("#年", "#年")] },
        _ => Forms { now: "now", past: "# ago", future: "in #", units: [("# second", "# seconds"), ("# minute", "# minutes"), ("# hour", "# hours"), ("# day", "# days"), ("# month", "# months"), ("# year", "# years")] },
    }
}
