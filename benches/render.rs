//! 1,000 releases in one process, from the text of the spec to the bytes of the output, and what the same work costs
//! done another way. `cargo bench` prints milliseconds a release and ratios of one run: only the ratios travel
//! from machine to machine.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark has nobody to hand an error to")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use helmwright::lint;
use helmwright::objects::Objects;
use helmwright::pack::Catalog;
use helmwright::plan::ReleaseName;
use helmwright::render::render;
use helmwright::source::SourceId;
use helmwright::spec::{Input, Inputs};
use helmwright::traffic::{Request, Traffic};
use helmwright::{write, yaml};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RELEASES: usize = 1000;
const ROUNDS: usize = 15;

/// A release with eight objects.
const SPEC: &str = include_str!("release.yaml");

/// What charts are compared with, and the charts: one may cost twice what rendering the same release does.
const MANIFESTS: &str = "spec to manifests and routemap";
const STATIC_MANIFESTS: &str = "spec to static manifests";
const CHART: &str = "a chart, to its files";
const STATIC_CHART: &str = "a chart with static routing";

/// One thing that is timed.
struct Work<'a> {
    name: &'static str,
    run: Box<dyn FnMut(usize) -> usize + 'a>,
    times: Vec<Duration>,
}

fn main() {
    let catalog = Catalog::embedded();
    let inputs = |routing: &str| Inputs {
        files: vec![Input::Text { name: "release.yaml".into(), text: format!("{SPEC}routing: {routing}\n") }],
        ..Inputs::default()
    };
    let (routemap, fixed) = (inputs("routemap"), inputs("static"));
    let names: Vec<ReleaseName> = (0..RELEASES)
        .map(|i| ReleaseName { name: Some(format!("shop{i}").into()), namespace: Some("prod".into()) })
        .collect();
    let all = |inputs: &Inputs, i: usize| {
        let rendered = render(inputs, &names[i], &catalog).expect("the spec is right");
        write::manifests(&rendered.bundle).len()
    };
    let chart = |inputs: &Inputs, i: usize| {
        let rendered = render(inputs, &names[i], &catalog).expect("the spec is right");
        write::chart(&rendered, &write::ChartOptions::default()).expect("it has a version").files.len()
    };
    let output = write::manifests(&render(&routemap, &names[0], &catalog).expect("the spec is right").bundle);
    // What a generator of text does at the least: fill in a template, and read the result to know what it made.
    let text = write::manifests(&render(&fixed, &names[0], &catalog).expect("the spec is right").bundle);
    let mut engine = minijinja::Environment::new();
    engine.add_template_owned("release", text.replace("shop0", "{{ name }}")).expect("the template is right");
    let template = engine.get_template("release").expect("it was added");
    let objects = Objects::from(render(&fixed, &names[0], &catalog).expect("the spec is right"));
    let settings = lint::Settings::default();
    let request = Request::default();
    let mut works = [
        Work { name: MANIFESTS, run: Box::new(|i| all(&routemap, i)), times: vec![] },
        Work { name: STATIC_MANIFESTS, run: Box::new(|i| all(&fixed, i)), times: vec![] },
        Work {
            name: "traffic read back, and a request routed",
            run: Box::new(|_| {
                let traffic = Traffic::read(&objects, None).expect("the objects are right");
                traffic.routes.iter().filter(|route| route.verdict(&request).taken().is_some()).count()
            }),
            times: vec![],
        },
        Work {
            name: "objects looked at by all lints",
            run: Box::new(|_| lint::lint(&objects, &settings).len()),
            times: vec![],
        },
        Work { name: CHART, run: Box::new(|i| chart(&routemap, i)), times: vec![] },
        Work { name: STATIC_CHART, run: Box::new(|i| chart(&fixed, i)), times: vec![] },
        Work { name: "  of it: reading the spec", run: Box::new(|_| load(SPEC)), times: vec![] },
        Work {
            name: "  of it: all but printing",
            run: Box::new(|i| render(&routemap, &names[i], &catalog).expect("the spec is right").bundle.len()),
            times: vec![],
        },
        Work {
            name: "static manifests as a text template, read back",
            run: Box::new(|i| {
                let text = template.render(minijinja::context! { name => names[i].name.as_deref() });
                load(SPEC) + load(&text.expect("the template is right"))
            }),
            times: vec![],
        },
    ];
    for round in 0..=ROUNDS {
        for work in &mut works {
            let start = Instant::now();
            let mut bytes = 0;
            for i in 0..RELEASES {
                bytes += black_box((work.run)(i));
            }
            black_box(bytes);
            // The first round only warms up.
            if round > 0 {
                work.times.push(start.elapsed() / RELEASES as u32);
            }
        }
    }
    let medians: Vec<f64> = works.iter_mut().map(|work| median(&mut work.times)).collect();
    println!("{RELEASES} releases, {} bytes each, median of {ROUNDS} rounds", output.len());
    for (work, median) in works.iter().zip(&medians) {
        println!("{:48} {median:8.4} ms a release   {:6.2} x", work.name, median / medians[0]);
    }
    let at = |name| works.iter().position(|work| work.name == name).map(|index| medians[index]);
    for (chart, manifests) in [(CHART, MANIFESTS), (STATIC_CHART, STATIC_MANIFESTS)] {
        if let (Some(chart_time), Some(time)) = (at(chart), at(manifests)) {
            println!("{chart}: {:.2} x {manifests}", chart_time / time);
        }
    }
}

fn load(text: &str) -> usize {
    let mut problems = Vec::new();
    yaml::load(text, SourceId(0), &mut problems).len() + problems.len()
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}
