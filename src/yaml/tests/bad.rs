use super::*;
#[test]
fn print() {
 for t in ["text: !open now # x\n", "t: *bold* and\n","t: *bold*\n", "t: &x hello\n", "t: {{name}}\nb: 1\n","t: {{name}} hi\n","{t: hi {{name}}}\n","- {title: Yes, please}\n","{a, \"b\":1, c : }\n","when: \"gold\" in tags\n","t: 'it's'\n","text: Note: this\nb: 1\n","text: @foo\n","text: %foo\n","text: `foo`\n","text: - foo\n","text: ? foo\n","text: > foo\n","text: | foo\n","a:\n\tb: 1\n","a: 1\n\tb: 2\n","a:\n - b\n\n\n# c\nc: d\n","a: |\n  x\n  y\n\nb: \"q\\0\"\n","a: 1\n---\nb: 1\n","a: }\n","a: [1\nb: 2\n","a: \"x\nb: y\n","a: 1\n b: 2\n", "a:\n  - b: 1\n    c: 2\n   d: 3\n", "*a : b\n", "a: *b\nc: *d\n", "t: [a] b\n","t: , a\n","t: ] a\n", "t: \"a\" \"b\"\nz: 1\n","t: !!str 5\n","t: !x\n", "a: {b: 1\nc: 2\n","text: Price: 5 # x\n","a b\nc: d\n", "a: b\nfoo\nc: d\n","? [a]\n: b\n", "[{{a}}, 1]\n","t: {{#if x}}y{{/if}}\n", "\"a\":1\n", "{a: \"b\" c}\n", "t: {{ name }}!\n","k: &a [*a]\n","- {title: Order #42, goto: x}\n- b\n","- {title: Yes: no, goto: x}\n", "a: .inf\n", "a: 1\nb: 2\na: 3\n", "", "# x\n", "a: &amp; b\n", "a: [b, {c: *d}]\n", "<<: 5\n", "a: 'x\n\n", "a: b\n  - c\n", "- a\nb: c\n","a:\nb\n","a: b: c: d\n", "t: é @ {{x}\n", "a: [1, 2\n", "a: {b: c\n", "a: {b: c}}\n", "a: \"\\q\"\n", "---\n", "%YAML 3.0\n---\na: 1\n", "key: [a, b]: c\n","a:\n  b: 1\n c: 2\n"] {
  println!("{t:?}\n    {}", told(t).replace('\n', "\n    "));
 }
}
