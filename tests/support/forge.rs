//! A server on this machine that answers as GitHub and GitLab do about the comments of one change.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// The token that the server knows, and the user that it belongs to.
pub const TOKEN: &str = "s3cret";
pub const USER: &str = "github-actions[bot]";

/// What the server holds.
#[derive(Default)]
pub struct State {
    /// Author, id and text of each comment, the oldest first.
    pub comments: Vec<(String, u64, String)>,
    /// Whether the token may only read.
    pub read_only: bool,
    /// The method and the path of each request.
    pub requests: Vec<String>,
}

/// The server, as long as the test runs.
pub struct Forge {
    pub address: String,
    pub state: Arc<Mutex<State>>,
}

impl Forge {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State::default()));
        let held = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.expect("a connection"), &held);
            }
        });
        Self { address, state }
    }

    pub fn comments(&self) -> Vec<(String, u64, String)> {
        self.state.lock().expect("no panic").comments.clone()
    }
}

fn answer(stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(&stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    };
    let first = line();
    let headers: Vec<String> = std::iter::repeat_with(&mut line).take_while(|line| !line.is_empty()).collect();
    let header = |name: &str| {
        let mut own = headers.iter().filter_map(|header| header.split_once(": "));
        own.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    let mut body = vec![0; header("content-length").map_or(0, |length| length.parse().expect("a length"))];
    reader.read_exact(&mut body).expect("the body");
    let [method, path, _] = first.split(' ').collect::<Vec<_>>().try_into().expect("a request");
    let known = header("authorization").is_some_and(|value| value == format!("Bearer {TOKEN}"))
        || header("private-token").is_some_and(|value| value == TOKEN);
    let mut state = state.lock().expect("no panic");
    state.requests.push(format!("{method} {path}"));
    let (status, value) = if !known {
        (401, json!({"message": "Bad credentials"}))
    } else if state.read_only && method != "GET" {
        (403, json!({"message": "Resource not accessible by integration"}))
    } else {
        state.answer(method, path, serde_json::from_slice(&body).unwrap_or_default())
    };
    let text = value.to_string();
    let head = format!("HTTP/1.1 {status} -\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", text.len());
    (&stream).write_all((head + &text).as_bytes()).expect("an answer");
}

impl State {
    fn answer(&mut self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let text = || body["body"].as_str().expect("a text").to_owned();
        let all = ["/repos/owner/repo/issues/7/comments", "/projects/1/merge_requests/7/notes"];
        let one = ["/repos/owner/repo/issues/comments/", "/projects/1/merge_requests/7/notes/"];
        match method {
            "GET" if path == "/user" => (200, json!({"id": author(USER), "username": USER})),
            "GET" if all.contains(&path) => {
                let number = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)?.parse().ok());
                let (page, size): (usize, usize) = (number("page=").unwrap_or(1), number("per_page=").unwrap_or(20));
                let shown = self.comments.iter().skip((page - 1) * size).take(size);
                (200, shown.map(shown_comment).collect())
            }
            "POST" if all.contains(&path) => {
                let id = 1000 + self.comments.len() as u64;
                self.comments.push((USER.into(), id, text()));
                (201, json!({"id": id}))
            }
            "PATCH" | "PUT" => {
                let id = one.iter().find_map(|prefix| path.strip_prefix(prefix)?.parse::<u64>().ok());
                match self.comments.iter_mut().find(|(_, own, _)| Some(*own) == id) {
                    Some(comment) => {
                        comment.2 = text();
                        (200, json!({"id": id}))
                    }
                    None => (404, json!({"message": "Not Found"})),
                }
            }
            _ => (404, json!({"message": "Not Found"})),
        }
    }
}

fn shown_comment((user, id, body): &(String, u64, String)) -> Value {
    json!({"id": id, "body": body, "user": {"login": user}, "author": {"id": author(user)}})
}

/// GitLab's number for a user.
fn author(user: &str) -> usize {
    user.len()
}
