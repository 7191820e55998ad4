//! What random bots say and judge by.

/// What expressions say; some cannot be evaluated with some values.
pub(super) const CONDITIONS: &[&str] = &[
    "n > 3",
    "b",
    "!b",
    "s == 'Ada' || n == null",
    "size(l) > 2",
    "n / 0 > 1",
    "l[5].name == 'x'",
    "l.exists(i, i.qty > 1)",
    "d >= today",
    "s.startsWith('a')",
    "with.k > 1",
    "o.a == 1",
    "reply.text.matches('^[a-z]+$')",
    "'gold' in tags",
    "x * 2 > n + 1",
    "open",
    "channel == 'webchat'",
];
pub(super) const NUMBERS: &[&str] = &["n + 1", "n * n", "size(l)", "round(x)", "n / 0", "sum(l.map(i, i.qty))", "max(n, 3)", "n - 1"];
pub(super) const LISTS: &[&str] = &["l + [{'name': s, 'qty': n}]", "l + l", "l.filter(i, i.qty > 1)", "[]", "l + l + l + l"];
pub(super) const TEXTS: &[&str] = &[
    "Hello.",
    "Hello {{full_name}}, {{s}}!",
    "{{#each l as |i|}}{{i.qty}} × {{i.name}} {{else}}nothing{{/each}}",
    "{{#if b}}yes {{upper s}}{{else}}no{{/if}}",
    "{{n}} makes {{money x}} on {{date d}}",
    "{{s}}{{s}}{{s}}{{s}}{{s}}{{s}}{{s}}{{s}}",
    "{{#each l as |i|}}{{#each l as |k|}}{{i.name}}{{k.name}}{{/each}}{{/each}}",
    "{{calc \"n * 2\"}} and {{plural n one=\"# thing\" other=\"# things\"}}",
    "{{reply.text}}",
    "{{error.kind}} {{match.word}} {{with.k}}",
    "{{json o}} {{user.s}}",
    "",
    "{{b}}",
];
pub(super) const API_TEXTS: &[&str] = &["It says <<said>>.", "<<said>> <<shop.left>>", "Left: <<shop.left>>", "<<shop.name>>"];
