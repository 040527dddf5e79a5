//! A request that a match takes, so that the same request can be tried on another route.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::condition::{Match, Part, StringTest, Test};
use super::request::Request;

impl Match {
    /// A request that it takes; `None` where none is found, as for conditions that no request tells.
    pub fn witness(&self) -> Option<Request> {
        let mut request = Request::default();
        for test in &self.tests {
            let value = test.witness()?;
            request.set(&test.part, value);
        }
        (self.unread.is_empty() && request.fails(self).is_none()).then_some(request)
    }
}

impl Test {
    /// A value for which it holds; `None` inside where the part must be absent.
    fn witness(&self) -> Option<Option<String>> {
        if self.negated {
            // Nothing begins with, is, or matches a text that it does not have; an absent part fails every test.
            return Some(None);
        }
        Some(Some(match &self.test {
            StringTest::Exact(text) | StringTest::Prefix(text) => text.clone(),
            StringTest::PathPrefix(text) => match text.trim_end_matches('/') {
                "" => "/".into(),
                path => path.into(),
            },
            StringTest::Regex(text) => example(&regex_syntax::parse(text).ok()?)?,
            StringTest::Present => "x".into(),
        }))
    }
}

impl Request {
    /// Gives a part another value; a part that every request has keeps its own where there is none.
    fn set(&mut self, part: &Part, value: Option<String>) {
        match (part, value) {
            (Part::Path, Some(value)) => self.path = value,
            (Part::Method, Some(value)) => self.method = value,
            (Part::Scheme, Some(value)) => self.scheme = value,
            (Part::Authority, value) => self.host = value,
            (Part::Header(name), Some(value)) => self.headers.push((name.clone(), value)),
            (Part::Query(name), Some(value)) => self.query.push((name.clone(), value)),
            _ => {}
        }
    }
}

/// The most bytes of a repeated part; expressions are not trusted.
const LONGEST: usize = 4096;

/// A short text that the expression matches.
fn example(hir: &Hir) -> Option<String> {
    Some(match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => String::new(),
        HirKind::Literal(literal) => String::from_utf8(literal.0.to_vec()).ok()?,
        HirKind::Class(Class::Unicode(class)) => {
            // A letter reads better than whatever comes first.
            let mut readable = ('a'..='z').chain('0'..='9');
            let letter =
                readable.find(|c| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(c)));
            letter.or(class.ranges().first().map(|range| range.start()))?.to_string()
        }
        HirKind::Class(Class::Bytes(class)) => char::from(class.ranges().first()?.start()).to_string(),
        HirKind::Repetition(repetition) => {
            let (once, times) = (example(&repetition.sub)?, repetition.min as usize);
            once.repeat(Some(times).filter(|times| once.len().saturating_mul(*times) <= LONGEST)?)
        }
        HirKind::Capture(capture) => example(&capture.sub)?,
        HirKind::Concat(parts) => parts.iter().map(example).collect::<Option<String>>()?,
        HirKind::Alternation(parts) => example(parts.first()?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_found_for_every_kind_of_test() {
        let test = |part: Part, test: StringTest, negated| Test { part, test, negated, ignore_case: false };
        let header = |name: &str| Part::Header(name.into());
        let tests = vec![
            test(header("a"), StringTest::Exact("1".into()), false),
            test(header("cookie"), StringTest::Regex("(.*; *)?shop-version=v1(;.*)?".into()), false),
            test(header("agent"), StringTest::Regex("[^A-M]{2}\\d+|x".into()), false),
            test(header("b"), StringTest::Present, true),
            test(Part::Path, StringTest::PathPrefix("/v1/".into()), false),
            test(Part::Query("q".into()), StringTest::Prefix("p".into()), false),
            test(Part::Method, StringTest::Exact("PUT".into()), true),
        ];
        let request = Match { tests, ..Match::default() }.witness().unwrap();
        let headers = [("a", "1"), ("cookie", "shop-version=v1"), ("agent", "aa0")];
        assert_eq!(request.headers, headers.map(|(name, value)| (name.to_string(), value.to_string())));
        assert_eq!((request.path.as_str(), request.method.as_str()), ("/v1", "GET"));
    }

    #[test]
    fn none_is_made_up_where_there_is_none() {
        let never =
            Test { part: Part::Method, test: StringTest::Exact("GET".into()), negated: true, ignore_case: false };
        assert_eq!(Match { tests: vec![never], ..Match::default() }.witness(), None);
        let hidden = Match { unread: vec!["where it comes from".into()], ..Match::default() };
        assert_eq!(hidden.witness(), None);
        let long = StringTest::Regex("((a{1000}){1000}){1000}".into());
        let long = Test { part: Part::Path, test: long, negated: false, ignore_case: false };
        assert_eq!(Match { tests: vec![long], ..Match::default() }.witness(), None);
    }
}
