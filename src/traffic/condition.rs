//! What a request must be like for a rule to take it.

use std::borrow::Cow;
use std::fmt;

use regex::Regex;

/// One alternative of a rule: all of its tests must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Match {
    /// The tests.
    pub tests: Vec<Test>,
    /// Conditions that no request tells, such as where it comes from, in words. With any, nobody can say from the
    /// request whether the match holds.
    pub unread: Vec<String>,
    /// Whether only requests that the same object has marked and sent round again can match, not a client's.
    pub internal: bool,
    /// Matches of a higher rank are tried first, those of one rank in writing order. All are equal where the
    /// platform goes by order alone, as Istio does.
    pub rank: [usize; 5],
}

/// One test of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// What it looks at.
    pub part: Part,
    /// What it asks.
    pub test: StringTest,
    /// Whether it must not hold.
    pub negated: bool,
    /// Whether upper and lower case are the same.
    pub ignore_case: bool,
}

/// A part of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The path, without the query.
    Path,
    /// The method.
    Method,
    /// `http` or `https`.
    Scheme,
    /// The host, as the client wrote it.
    Authority,
    /// A header; names are lower case.
    Header(String),
    /// A parameter of the query.
    Query(String),
}

/// A test of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StringTest {
    /// It is this.
    Exact(String),
    /// It begins with this.
    Prefix(String),
    /// It is this path, or one below it.
    PathPrefix(String),
    /// All of it matches this expression, in RE2's syntax.
    Regex(String),
    /// It is there at all.
    Present,
}

impl Match {
    /// Whether it holds for every request.
    pub fn takes_all(&self) -> bool {
        self.tests.is_empty() && self.unread.is_empty()
    }

    pub(super) fn add(&mut self, part: Part, test: StringTest) {
        self.tests.push(Test { part, test, negated: false, ignore_case: false });
    }
}

impl Test {
    /// Whether it holds for `value`, the part of a request; `None` where the request has no such part.
    ///
    /// # Errors
    /// The expression is none.
    pub fn holds(&self, value: Option<&str>) -> Result<bool, String> {
        let holds = match value {
            Some(value) => self.test.holds(value, self.ignore_case)?,
            None => false,
        };
        Ok(holds != self.negated)
    }
}

impl StringTest {
    fn holds(&self, value: &str, ignore_case: bool) -> Result<bool, String> {
        Ok(match self {
            Self::Present => true,
            Self::Exact(text) => cased(text, ignore_case) == cased(value, ignore_case),
            Self::Prefix(text) => cased(value, ignore_case).starts_with(&*cased(text, ignore_case)),
            // The Gateway API's `PathPrefix`: element by element; a slash at the end means nothing.
            Self::PathPrefix(path) => {
                let path = path.trim_end_matches('/');
                value.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
            // Envoy matches the whole text.
            Self::Regex(pattern) => Regex::new(&format!(r"\A(?:{pattern})\z"))
                .map_err(|error| {
                    let reason = error.to_string();
                    format!("`{pattern}` is not a regular expression: {}", reason.lines().last().unwrap_or_default())
                })?
                .is_match(value),
        })
    }
}

fn cased(text: &str, ignore_case: bool) -> Cow<'_, str> {
    if ignore_case { text.to_lowercase().into() } else { text.into() }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path => f.write_str("path"),
            Self::Method => f.write_str("method"),
            Self::Scheme => f.write_str("scheme"),
            Self::Authority => f.write_str("authority"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Query(name) => write!(f, "query {name}"),
        }
    }
}

impl fmt::Display for Test {
    /// `header user-group is "canary"`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.part)?;
        let not = if self.negated { "not " } else { "" };
        match &self.test {
            StringTest::Exact(text) => write!(f, "is {not}{text:?}"),
            StringTest::Present => write!(f, "is {}", if self.negated { "absent" } else { "present" }),
            StringTest::Prefix(text) if self.negated => write!(f, "does not begin with {text:?}"),
            StringTest::Prefix(text) => write!(f, "begins with {text:?}"),
            StringTest::PathPrefix(text) => write!(f, "is {not}{text:?} or below"),
            StringTest::Regex(text) if self.negated => write!(f, "does not match /{text}/"),
            StringTest::Regex(text) => write!(f, "matches /{text}/"),
        }?;
        if self.ignore_case { f.write_str(" (any case)") } else { Ok(()) }
    }
}

impl Match {
    /// Whether both take the same requests, whatever their rank.
    pub fn is_same(&self, clause: &Match) -> bool {
        self.tests == clause.tests && self.unread == clause.unread
    }

    /// Whether headers decide, and nothing else.
    pub fn is_by_header(&self) -> bool {
        self.unread.is_empty()
            && !self.tests.is_empty()
            && self.tests.iter().all(|test| matches!(test.part, Part::Header(_)))
    }
}

impl fmt::Display for Match {
    /// All conditions, joined by `and`; `any request` where there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tests = self.tests.iter().map(Test::to_string);
        let all: Vec<String> = tests.chain(self.unread.iter().cloned()).collect();
        f.write_str(if all.is_empty() { "any request" } else { "" })?;
        f.write_str(&all.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(test: &StringTest, value: &str) -> bool {
        test.holds(value, false).unwrap()
    }

    #[test]
    fn expressions_match_the_whole_text() {
        let test = StringTest::Regex("a|b.*".into());
        assert!(holds(&test, "a") && holds(&test, "bcd") && !holds(&test, "ab") && !holds(&test, "xa"));
        assert!(StringTest::Regex("(".into()).holds("x", false).is_err());
    }

    #[test]
    fn a_path_prefix_is_one_of_elements() {
        let test = StringTest::PathPrefix("/v1/".into());
        assert!(holds(&test, "/v1") && holds(&test, "/v1/x") && !holds(&test, "/v10"));
        assert!(holds(&StringTest::PathPrefix("/".into()), "/anything"));
        assert!(holds(&StringTest::Prefix("/v1".into()), "/v10"));
    }
}
