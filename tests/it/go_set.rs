//! Random `--set*` texts mean to helmwright what they mean to Helm.

use helmwright::node::Scalar;
use helmwright::problem::{Code, Problem};
use helmwright::source::SourceId;
use helmwright::spec::strvals::{self, Flag};
use helmwright::yaml::{self, Data, Yaml};
use serde_json::{Map, Value, json};

use crate::support::go;

const CASES: usize = 20_000;
const FLAGS: [Flag; 4] = [Flag::Set, Flag::SetString, Flag::SetJson, Flag::SetLiteral];

/// A xorshift generator.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// A flag's text: well-formed more often than not, then perhaps damaged.
    fn text(&mut self, flag: Flag) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(3) {
            self.path(&mut text);
            text.push('=');
            self.value(&mut text, flag);
            text.push_str(self.pick(&[",", ",", ",", ",", "", " ,", ",,"]));
        }
        if flag == Flag::SetJson && self.below(8) == 0 {
            text.clear();
            self.json(&mut text, 0);
        }
        match self.below(8) {
            0 => text.truncate(self.boundary(&text)),
            1 | 2 => {
                let noise = self.pick(&[
                    ",", ".", "[", "]", "{", "}", "=", "\"", "\\", " ", "0", "1", "9", "-", "+", "null", "true", "a",
                    "é", "ſ", "[0]", "[1]", ".=", "[0].", "\t", "\u{a0}",
                ]);
                let at = self.boundary(&text);
                text.insert_str(at, noise);
            }
            3 => {
                let at = self.boundary(&text);
                if at < text.len() {
                    text.remove(at);
                }
            }
            4 => text = text.trim_end_matches(',').to_owned(),
            _ => {}
        }
        text
    }

    fn boundary(&mut self, text: &str) -> usize {
        let at = self.below(text.len() + 1);
        (0..=at).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
    }

    fn path(&mut self, out: &mut String) {
        out.push_str(self.pick(&["a", "b", "c", "a", "b", "", "\\.", "x\\,y", "d e", "0"]));
        for _ in 0..self.below(4) {
            out.push_str(self.pick(&[
                ".a", ".b", ".c", "[0]", "[1]", "[2]", "[0].a", "[0].b", "[1].c", ".", "[+1]", "[ 1]", "[\\1]", "[-1]",
                "[]", ".d e", "[65537]", ".null", "[01]", ".\\[", "[0][0]", ".0",
            ]));
        }
    }

    fn value(&mut self, out: &mut String, flag: Flag) {
        if flag == Flag::SetJson && self.below(8) > 0 {
            return self.json(out, 0);
        }
        if self.below(4) == 0 {
            out.push('{');
            for _ in 0..self.below(4) {
                self.word(out);
                out.push_str(self.pick(&[",", ",", ",", "", "{"]));
            }
            out.push('}');
        } else {
            self.word(out);
        }
    }

    fn word(&mut self, out: &mut String) {
        out.push_str(self.pick(&[
            "null",
            "Null",
            "true",
            "TRUE",
            "false",
            "falſe",
            "0",
            "00",
            "012",
            "-0",
            "-1",
            "+7",
            "12",
            "1_0",
            "0x1F",
            "1.5",
            "1e3",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "",
            " ",
            "x",
            "x y",
            "a=b",
            "\\,",
            "\\\\",
            "\\}",
            "\\{a",
            "[0]",
            "é",
            "\"q\"",
            "yes",
            "~",
            "x\\",
            "+",
            "-",
        ]));
    }

    fn json(&mut self, out: &mut String, depth: usize) {
        out.push_str(self.pick(&["", "", "", " ", "\n"]));
        match self.below(if depth < 3 { 12 } else { 9 }) {
            0..=8 => out.push_str(self.pick(&[
                "null",
                "true",
                "false",
                "0",
                "-0",
                "1",
                "-12",
                "1.5",
                "1e3",
                "1E-7",
                "1.0",
                "01",
                "1.",
                "9007199254740993",
                "18446744073709551615",
                "123456789012345678901234567890",
                "1e400",
                "-1e21",
                "\"\"",
                "\"x\"",
                "\"a,b=c\"",
                "\"\\u00e9\\n\"",
                "\"\\ud83d\\ude00\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\\u0041\"",
                "\"\\x\"",
                "\"é\t\"",
                "tru",
                "",
                "{}",
                "[]",
                "\"<&>\u{2028}\"",
            ])),
            9 | 10 => {
                out.push('{');
                for i in 0..self.below(4) {
                    out.push_str(if i > 0 { "," } else { "" });
                    out.push_str(self.pick(&[
                        "\"a\":",
                        "\"b\" :",
                        " \"c\":",
                        "\"\":",
                        "\"a\":",
                        "a:",
                        "\"x\\u0041\":",
                    ]));
                    self.json(out, depth + 1);
                }
                out.push('}');
            }
            _ => {
                out.push('[');
                for i in 0..self.below(4) {
                    out.push_str(if i > 0 { "," } else { "" });
                    self.json(out, depth + 1);
                }
                out.push(']');
            }
        }
        out.push_str(self.pick(&["", "", "", "", " ", "\r\n"]));
    }

    /// Values so far, of the same few keys.
    fn base(&mut self, depth: usize) -> Value {
        let kind = if depth == 0 { 9 } else { self.below(if depth < 4 { 12 } else { 7 }) };
        match kind {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(7),
            3 => json!(1.5),
            4 => json!(""),
            5 | 6 => json!("s"),
            7..=9 => {
                let mut map = Map::new();
                for _ in 0..self.below(4) {
                    let key = self.pick(&["a", "b", "c", "a", "b", "", ".", "x,y", "0"]);
                    map.insert(key.to_owned(), self.base(depth + 1));
                }
                map.into()
            }
            _ => (0..self.below(4)).map(|_| self.base(depth + 1)).collect::<Vec<_>>().into(),
        }
    }
}

fn to_json(yaml: &Yaml) -> Value {
    match &yaml.data {
        Data::Scalar(Scalar::Str(s), _) => (**s).into(),
        Data::Scalar(other, _) => {
            let mut text = String::new();
            other.push_text(&mut text);
            serde_json::from_str(&text).expect(&text)
        }
        Data::Seq(items) => items.iter().map(to_json).collect(),
        Data::Map(pairs) => pairs.iter().map(|p| (p.key.to_string(), to_json(&p.value))).collect::<Map<_, _>>().into(),
    }
}

/// Every place in `yaml` that is of the flag lies within its text, and between two characters.
fn places_are_sound(yaml: &Yaml, text: &str) -> bool {
    let sound = |at: helmwright::source::At| at.source != SourceId(1) || text.get(at.range()).is_some();
    sound(yaml.at)
        && match &yaml.data {
            Data::Scalar(..) => true,
            Data::Seq(items) => items.iter().all(|y| places_are_sound(y, text)),
            Data::Map(pairs) => pairs.iter().all(|p| sound(p.key_at) && places_are_sound(&p.value, text)),
        }
}

/// Whether `text` may step by `.0` into a list, where helmwright deliberately does what Helm does not.
fn may_step_by_number(text: &str) -> bool {
    let plain = text.replace('\\', "");
    plain.as_bytes().windows(2).any(|w| w[0] == b'.' && w[1].is_ascii_digit())
}

#[test]
fn random_texts_mean_what_they_mean_to_helm() {
    let Some(mut helm) = go::Go::start("set") else { return };
    let mut random = Random(0x5eed_1234_5678_9abc);
    let (mut accepted, mut refused, mut set_aside) = (0, 0, 0);
    for _ in 0..CASES {
        let flag = FLAGS[random.below(FLAGS.len())];
        let (base, text) = (random.base(0), random.text(flag));
        let request = json!({"base": base, "flag": flag.name().trim_start_matches('-'), "text": text});
        let theirs = helm.ask(&request);

        let mut problems = Vec::new();
        let mut ours = yaml::load(&base.to_string(), SourceId(0), &mut problems).remove(0);
        assert!(problems.is_empty(), "{base}: {problems:?}");
        let result =
            strvals::apply(&mut ours, &text, flag, SourceId(1), &mut |_| Err(Problem::new(Code::NO_SUCH_FILE, "")));
        match (&result, theirs.get("value")) {
            (Ok(()), Some(value)) if to_json(&ours) == *value => {
                assert!(places_are_sound(&ours, &text), "{request}");
                accepted += 1;
            }
            (Err(problem), None) => {
                let at = problem.at.expect("a place");
                assert!(at.source == SourceId(1) && text.get(at.range()).is_some(), "{request}: {problem:?}");
                refused += 1;
            }
            _ if may_step_by_number(&text) => set_aside += 1,
            (Ok(()), _) => panic!("{request}\nhelm: {theirs}\nours: {}", to_json(&ours)),
            (Err(problem), _) => panic!("{request}\nhelm: {theirs}\nours: {problem:?}"),
        }
    }
    eprintln!("{accepted} accepted, {refused} refused, {set_aside} set aside");
    assert!(accepted > CASES / 4 && refused > CASES / 8, "{accepted} accepted, {refused} refused: a poor generator");
    assert!(set_aside < CASES / 50, "{set_aside} set aside");
}
