//! `helmwright route`

use std::process::ExitCode;

use clap::ValueEnum;

use super::global::Global;
use super::release::ReleaseArgs;
use super::terminal::Terminal;
use crate::objects::Objects;
use crate::traffic::{self, Request, Route, TableAnswer, Traffic};
use crate::write;

/// Say which versions serve a request, and with what share
///
/// Reads the routing back out of the objects of a release, or out of any manifests, and tries the request on it: which
/// rule takes it, why the rules before it do not, who gets it. A request that no rule takes is said so, and is no
/// error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright route shop -n prod -f release.yaml --header user-group=canary
  helmwright route shop -f release.yaml --host shop.prod --method POST --path /v1/models/x --query k=v -o json
  helmwright route shop -f release.yaml --table
  helmwright route shop -f release.yaml --sample 1000
  helmwright route --manifests rendered/ --diagram
  kubectl get virtualservice -A -o yaml | helmwright route --manifests - --host shop.prod
  helmwright route --manifests routemap.yaml --weights 60,40")]
pub struct RouteArgs {
    #[command(flatten)]
    release: ReleaseArgs,

    /// Read these objects instead of a spec: a file, a folder, or `-` for standard input
    #[arg(long, value_name = "FILE|DIR|-", conflicts_with_all = ["values", "name"])]
    manifests: Option<String>,

    /// The host of the request; without it, every route is asked
    #[arg(long)]
    host: Option<String>,

    /// The method of the request
    #[arg(long, default_value = "GET")]
    method: String,

    /// The path of the request; what follows a `?` is its query
    #[arg(long, default_value = "/")]
    path: String,

    /// A header of the request; may be repeated
    #[arg(long = "header", value_name = "NAME=VALUE", value_parser = pair)]
    headers: Vec<(String, String)>,

    /// A parameter of the request's query; may be repeated
    #[arg(long = "query", value_name = "NAME=VALUE", value_parser = pair)]
    query: Vec<(String, String)>,

    /// Ask only the route of this name, such as `shop` or `VirtualService/shop`
    #[arg(long, value_name = "NAME")]
    only: Option<String>,

    /// The weights of a routemap's versions, 0 for one that is not available [default: their own, all available]
    #[arg(long, value_name = "WEIGHTS", value_delimiter = ',')]
    weights: Option<Vec<u64>>,

    /// Print all classes of requests and who gets them
    #[arg(long, conflicts_with_all = ["diagram", "sample"])]
    table: bool,

    /// Print a Mermaid flowchart of all routes
    #[arg(long, conflicts_with_all = ["sample", "output"])]
    diagram: bool,

    /// Draw N such requests and print how many each version gets
    #[arg(long, value_name = "N", conflicts_with = "output")]
    sample: Option<u64>,

    /// Where the draw begins
    #[arg(long, value_name = "SEED", default_value = "0", requires = "sample")]
    seed: u64,

    /// The format
    #[arg(short, long, value_name = "FORMAT", default_value = "plain")]
    output: RouteFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum RouteFormat {
    /// For people
    Plain,
    /// `{"rule": name or null, "shares": [{"version", "weight", "percent"}]}`
    Json,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it is written NAME=VALUE")?;
    Ok((name.to_string(), value.to_string()))
}

impl RouteArgs {
    pub fn run(self, global: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let mut traffic = Traffic::read(&self.objects(global, terminal)?, self.weights.as_deref())?;
        let there = traffic.routes.len();
        traffic.keep(self.only.as_deref(), self.host.as_deref());
        if traffic.routes.is_empty() {
            terminal.note(if there == 0 {
                "no object routes requests: each version is reached by its own name"
            } else {
                "no route takes requests to this host"
            });
        }
        let routes = &traffic.routes;
        let text = match (self.table, self.diagram, self.output) {
            (true, _, RouteFormat::Plain) => joined(routes, traffic::table),
            (true, _, RouteFormat::Json) => write::json(&routes.iter().map(TableAnswer::of).collect::<Vec<_>>()),
            (_, true, _) => traffic::diagram(&traffic),
            (_, _, RouteFormat::Json) => write::json(&traffic::answer(routes, &self.request())?),
            _ => joined(routes, |route| self.plain(route)),
        };
        terminal.print(&text)?;
        Ok(ExitCode::SUCCESS)
    }

    fn objects(&self, global: &Global, terminal: &Terminal) -> anyhow::Result<Objects> {
        if let Some(path) = &self.manifests {
            return Ok(Objects::read(path)?);
        }
        let nothing = (
            "there is nothing to read routing from",
            "give a spec with `-f FILE`, or objects with `--manifests FILE`, or list releases in helmwright.yaml",
        );
        Ok(self.release.render(global, terminal, nothing)?.into())
    }

    fn request(&self) -> Request {
        let mut request = Request::to(&self.path);
        request.host.clone_from(&self.host);
        request.method.clone_from(&self.method);
        request.headers.clone_from(&self.headers);
        request.query.extend_from_slice(&self.query);
        request
    }

    fn plain(&self, route: &Route) -> String {
        let request = self.request();
        let verdict = route.verdict(&request);
        let Some((count, rule)) = self.sample.zip(verdict.taken()) else { return verdict.to_string() };
        let mut out = format!("{}, {}\n", route.identity, route.rule_name(verdict.rule.unwrap_or_default()));
        match traffic::sample(rule, count, self.seed) {
            Some(counts) => rule.shares.iter().zip(counts).for_each(|(share, count)| {
                out.push_str(&format!("  {}  {count}\n", share.version));
            }),
            None => out.push_str("  its shares are not known, so nothing can be drawn\n"),
        }
        out
    }
}

/// The texts of all routes, with an empty line between them.
fn joined(routes: &[Route], text: impl Fn(&Route) -> String) -> String {
    routes.iter().map(text).collect::<Vec<_>>().join("\n")
}
