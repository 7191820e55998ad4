//! Random bots: every block, nested and linked at random, over attributes of every type; many of them fail as they run.

use serde_json::{Map, Value, json};

use super::{
    apis::{said, shop},
    dice::Dice,
    words::{API_TEXTS, CONDITIONS, LISTS, NUMBERS, TEXTS},
};

/// The files of a bot.
pub(crate) fn files(seed: u64) -> Vec<(String, String)> {
    Author { dice: Dice::new(seed), sequences: 0, ids: Vec::new() }.files()
}

struct Author {
    dice: Dice,
    sequences: usize,
    ids: Vec<String>,
}

impl Author {
    fn files(mut self) -> Vec<(String, String)> {
        self.sequences = 2 + self.dice.below(4);
        let mut files =
            vec![("bot.yaml".to_owned(), self.bot()), ("apis/said.yaml".to_owned(), said()), ("apis/shop.yaml".to_owned(), shop())];
        files.push(("apis/menu.yaml".to_owned(), self.menu()));
        files.extend((0..self.sequences).map(|n| (format!("sequences/s{n}.yaml"), self.sequence(n))));
        files
    }

    fn bot(&mut self) -> String {
        let mut bot = json!({
            "version": 1, "bot": "random", "name": "Random", "start": "s0", "timezone": "Europe/Rome",
            "attributes": {
                "n": {"type": "integer"}, "s": {"type": "string"}, "d": {"type": "date"}, "b": {"type": "boolean", "default": false},
                "x": {"type": "number", "default": 2.5}, "o": {"type": "object"},
                "l": {"type": "list", "of": {"name": "string", "qty": "integer"}, "default": [], "keep": "session"},
            },
            "triggers": [
                {"keywords": ["menu"], "goto": self.name()},
                {"contains": ["help"], "run": self.name(), "interrupt": self.dice.chance(50)},
                {"pattern": "^word (?<word>\\w+)$", "set": {"s": "{{match.word}}"}, "text": "Word: {{match.word}}"},
            ],
            "opt_out": ["stop"],
            "hours": {"mon-fri": ["09:00-18:00"], "sat": "closed"},
        });
        if self.dice.chance(60) {
            bot["fallback"] = self.name().into();
        }
        if self.dice.chance(60) {
            bot["on_error"] = self.doing(1);
        }
        if self.dice.chance(60) {
            bot["session"] = json!({"timeout": "2h", "on_timeout": self.doing(1)});
        }
        bot.to_string()
    }

    /// Items that lead to sequences, by key, by number, or to none.
    fn menu(&mut self) -> String {
        let item =
            |n: usize| json!({"title": format!("From the API {n}"), "type": "sequence", "value": format!("s{n}"), "extra": "s=api&n=7"});
        let items: Vec<Value> = (0..self.dice.below(4)).map(item).collect();
        json!({"version": 1, "api": "menu", "url": "http://127.0.0.1:9/menu", "method": "GET", "output": "buttons",
            "sample": {"success": true, "data": items}})
        .to_string()
    }

    fn name(&mut self) -> String {
        format!("s{}", self.dice.below(self.sequences))
    }

    fn sequence(&mut self, n: usize) -> String {
        self.ids.clear();
        let mut blocks = self.blocks(3, 7);
        blocks.insert(0, json!({"text": "Sequence {{n}}"}));
        json!({"version": 1, "sequence": format!("s{n}"), "blocks": blocks}).to_string()
    }

    fn blocks(&mut self, depth: usize, most: usize) -> Vec<Value> {
        let count = 1 + self.dice.below(most);
        (0..count).map(|_| self.block(depth)).collect()
    }

    fn block(&mut self, depth: usize) -> Value {
        let mut block = self.bare(depth);
        if self.dice.chance(15) {
            block["when"] = self.dice.pick(CONDITIONS).into();
        }
        if depth > 0 && self.dice.chance(15) {
            block["on_error"] = self.doing(depth - 1);
        }
        if self.dice.chance(5) {
            block["channels"] = json!(["whatsapp"]);
        }
        block
    }

    fn bare(&mut self, depth: usize) -> Value {
        match self.dice.below(if depth == 0 { 12 } else { 17 }) {
            0..=3 => json!({"text": self.text()}),
            4 => json!({"text": {"any": [self.text(), "Another."]}}),
            5 | 6 => json!({"set": self.set()}),
            7 => json!({"text": self.dice.pick(API_TEXTS)}),
            8 => json!({"api": {"name": "shop", "with": {"k": "{{n}}"}, "save": {"n": "left"}}}),
            9 => json!({"image": {"url": "https://example.com/{{s}}.png", "caption": self.text()}}),
            10 => self.leave(),
            11 => json!({"run": {"sequence": self.name(), "with": {"k": {"expr": self.dice.pick(NUMBERS)}}}}),
            12 => json!({"decide": self.branches(depth)}),
            13 => json!({"blocks": self.blocks(depth - 1, 3)}),
            14 => self.ask(depth),
            15 => self.gallery(depth),
            _ => self.choices(depth),
        }
    }

    fn leave(&mut self) -> Value {
        match self.dice.below(8) {
            0 => json!({"end": true}),
            1 => json!({"return": true}),
            2..=4 if !self.ids.is_empty() => {
                let id = self.dice.below(self.ids.len());
                json!({"goto": self.ids[id]})
            }
            _ => json!({"goto": self.name()}),
        }
    }

    /// One block, without what may not stand in a branch, an item, a trigger.
    fn doing(&mut self, depth: usize) -> Value {
        if self.dice.chance(60) { self.bare(depth.min(1)) } else { json!(self.blocks(depth.min(1), 2)) }
    }

    fn branches(&mut self, depth: usize) -> Value {
        let branch = |author: &mut Self, last: bool| {
            let mut branch = author.bare(depth - 1);
            if !last {
                branch["when"] = author.dice.pick(CONDITIONS).into();
            }
            branch
        };
        json!([branch(self, false), branch(self, false), branch(self, true)])
    }

    fn id(&mut self) -> String {
        let id = format!("q{}", self.ids.len());
        self.ids.push(id.clone());
        id
    }

    fn ask(&mut self, depth: usize) -> Value {
        let (into, kind) =
            *self.dice.pick(&[&("n", "integer"), &("s", "string"), &("d", "date"), &("b", "boolean"), &("x", "number"), &("s", "email")]);
        let mut expect = json!({"type": kind});
        match kind {
            "integer" | "number" => expect["min"] = self.dice.below(5).into(),
            "string" => expect["max_length"] = (1 + self.dice.below(40)).into(),
            _ => {}
        }
        if self.dice.chance(20) {
            expect["when"] = self.dice.pick(&["value != null", "n > 3 || b", "n / 0 > 1"]).into();
        }
        let mut ask = json!({"text": self.text(), "into": into, "expect": expect});
        if self.dice.chance(40) {
            ask["retry"] = json!({"text": self.text(), "times": self.dice.below(3)});
        }
        if self.dice.chance(30) {
            ask["skip"] = json!({"title": "Skip it"});
        }
        if self.dice.chance(30) {
            ask["otherwise"] = self.doing(depth - 1);
        }
        json!({"id": self.id(), "ask": ask})
    }

    fn choices(&mut self, depth: usize) -> Value {
        let items = self.items(depth);
        let mut question = json!({"text": self.text(), "items": items});
        let kind = if self.dice.chance(50) { "buttons" } else { "quick_replies" };
        if self.dice.chance(30) {
            question["into"] = "s".into();
        }
        if kind == "buttons" && self.dice.chance(25) {
            question["api"] = "menu".into();
        }
        if self.dice.chance(20) {
            question["expect"] = json!({"type": "string", "min_length": 3});
        }
        json!({"id": self.id(), kind: question})
    }

    fn items(&mut self, depth: usize) -> Vec<Value> {
        let count = 1 + self.dice.below(4);
        let mut items: Vec<Value> = (0..count).map(|n| self.item(n, depth)).collect();
        if self.dice.chance(20) {
            items.push(json!({"each": "l", "as": "line", "title": "{{line.qty}} × {{line.name}}", "value": "{{line.name}}"}));
        }
        items
    }

    fn item(&mut self, n: usize, depth: usize) -> Value {
        let mut item = match self.dice.below(6) {
            0 => json!({"url": "https://example.com/?q={{s}}"}),
            1 => self.leave(),
            2 => self.bare(depth - 1),
            _ => json!({}),
        };
        item["title"] = format!("Item {n}").into();
        if self.dice.chance(20) {
            item["when"] = self.dice.pick(CONDITIONS).into();
        }
        if item.get("url").is_none() && self.dice.chance(30) {
            item["also"] = json!([format!("other {n}")]);
            if item.get("set").is_none() {
                item["set"] = self.set();
            }
        }
        item
    }

    fn gallery(&mut self, depth: usize) -> Value {
        let mut card = json!({"title": "A card {{s}}", "subtitle": self.text(), "buttons": self.items(depth)});
        if self.dice.chance(40) {
            card["each"] = "l".into();
            card["as"] = "line".into();
        }
        json!({"gallery": {"items": [card]}})
    }

    fn set(&mut self) -> Value {
        let mut set = Map::new();
        for _ in 0..=self.dice.below(2) {
            let (name, value) = match self.dice.below(7) {
                0 | 1 => ("n", json!({"expr": self.dice.pick(NUMBERS)})),
                2 => ("l", json!({"expr": self.dice.pick(LISTS)})),
                3 => ("s", self.text().into()),
                4 => ("b", json!({"expr": self.dice.pick(&["!b", "b", "n > 2"])})),
                5 => ("o", json!({"a": "{{n}}", "b": [1, "{{s}}"]})),
                _ => ("n", Value::Null),
            };
            set.insert(name.to_owned(), value);
        }
        Value::Object(set)
    }

    fn text(&mut self) -> String {
        self.dice.pick(TEXTS).to_owned()
    }
}
