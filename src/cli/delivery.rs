//! `helmwright delivery`

use super::release::ReleaseArgs;
use super::terminal::Terminal;
use crate::delivery::source::{Form, Release, Request, Target};
use crate::delivery::{Delivery, argocd, flux, helmfile, source};
use crate::pack::Catalog;
use crate::problem::{Problem, Report};
use crate::render::{Rendered, render};
use crate::spec::stage_values;
use crate::write;

/// Write what a GitOps controller or helmfile follows to deliver a release
///
/// The flags that name the release are those that its output was rendered with; the others say where that output is.
/// They may hold `${{ stage }}`, `${{ name }}` and `${{ namespace }}`. Fields that an autoscaler or another controller
/// owns are excepted from what is kept as in Git. Set `delivery` in the spec too: then the objects say what comes after
/// what.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  helmwright delivery argocd shop -n prod -f release.yaml \\
    --repo https://git.example/acme/shop --path rendered/shop
  helmwright delivery argocd shop -n prod -f release.yaml --stages staging,prod \\
    --repo https://git.example/acme/shop --path 'rendered/${{ stage }}' --cluster '${{ stage }}'
  helmwright delivery flux shop -n prod -f release.yaml \\
    --oci oci://ghcr.io/acme/charts/shop --chart-version 1.4.0
  helmwright delivery helmfile shop -n prod -f release.yaml --path charts/shop")]
pub struct Args {
    #[command(subcommand)]
    to: To,
}

#[derive(Debug, clap::Subcommand)]
enum To {
    /// Write an Argo CD Application; an ApplicationSet for several stages
    Argocd(ArgoCd),
    /// Write a Flux source with a Kustomization, or with a HelmRelease for a chart
    Flux(Flux),
    /// Write a helmfile.yaml; each stage is an environment
    Helmfile(Helmfile),
}

/// What all have in common.
#[derive(Debug, clap::Args)]
struct Common {
    #[command(flatten)]
    release: ReleaseArgs,

    /// A Git repository that holds the output
    #[arg(long, value_name = "URL", conflicts_with = "oci")]
    repo: Option<String>,

    /// The folder of the output in the repository or the artifact; for helmfile alone, from the helmfile.yaml
    #[arg(long, value_name = "PATH")]
    path: Option<String>,

    /// A branch, a tag or a commit of the repository [default: main]
    #[arg(long, value_name = "REVISION", requires = "repo")]
    revision: Option<String>,

    /// An OCI registry that holds the output: oci://REGISTRY/PATH
    #[arg(long, value_name = "URL")]
    oci: Option<String>,

    /// The version there, or a range of versions [default: the one that `helmwright chart` gives the chart]
    #[arg(long, value_name = "VERSION", requires = "oci")]
    chart_version: Option<String>,

    /// Deliver these stages: each lays its `<spec>.<STAGE>.yaml` over the spec
    #[arg(long, value_name = "STAGES", value_delimiter = ',', conflicts_with = "stage")]
    stages: Vec<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// Plain manifests, as `helmwright render` writes them
    Manifests,
    /// A chart, as `helmwright chart` writes it
    #[value(alias = "oci-chart")]
    Chart,
}

#[derive(Debug, clap::Args)]
struct ArgoCd {
    #[command(flatten)]
    common: Common,

    /// What the output is [default: manifests with --repo, chart with --oci]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,

    /// Leave the weights of a routemap to whoever turns them in the cluster
    #[arg(long)]
    live_weights: bool,

    /// The cluster: a URL, or its name in Argo CD
    #[arg(long, value_name = "CLUSTER", default_value = argocd::HERE)]
    cluster: String,

    /// The project
    #[arg(long, value_name = "NAME", default_value = "default")]
    project: String,

    /// The namespace of Argo CD
    #[arg(long, value_name = "NAMESPACE", default_value = "argocd")]
    controller_namespace: String,
}

#[derive(Debug, clap::Args)]
struct Flux {
    #[command(flatten)]
    common: Common,

    /// What the output is [default: manifests with --repo, chart with --oci]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,

    /// Leave the weights of a routemap to whoever turns them in the cluster
    #[arg(long)]
    live_weights: bool,

    /// The namespace of what is written
    #[arg(long, value_name = "NAMESPACE", default_value = "flux-system")]
    controller_namespace: String,
}

#[derive(Debug, clap::Args)]
struct Helmfile {
    #[command(flatten)]
    common: Common,
}

impl Args {
    pub fn run(self, catalog: &Catalog, terminal: &Terminal) -> Result<(), Report> {
        let (objects, notes) = match self.to {
            To::Argocd(args) => args.objects(catalog)?,
            To::Flux(args) => args.objects(catalog)?,
            To::Helmfile(args) => args.documents(catalog)?,
        };
        let mut said: Vec<String> = Vec::new();
        for note in notes {
            if !said.contains(&note) {
                terminal.note(&note);
                said.push(note);
            }
        }
        terminal.print(&write::documents(&objects))
    }
}

/// What is written, and what to say of it.
type Written = (Vec<crate::node::Node>, Vec<String>);

impl ArgoCd {
    fn objects(self, catalog: &Catalog) -> Result<Written, Report> {
        let form = self.common.form(self.format)?;
        let (targets, mut notes) = self.common.targets(form, self.live_weights, Some(Delivery::ArgoCd), catalog)?;
        let cluster = |target: Target| {
            let cluster = source::expanded("--cluster", &self.cluster, &target.names())?;
            Ok((target, cluster))
        };
        let targets = targets.into_iter().map(cluster).collect::<Result<Vec<_>, Report>>()?;
        let places: Vec<_> = targets.iter().map(|(target, cluster)| (target.namespace.as_str(), cluster)).collect();
        if crowded(&places) {
            notes.push("stages share a namespace of one cluster; `--cluster '${{ stage }}'` can part them".to_string());
        }
        let options = argocd::Options { namespace: self.controller_namespace, project: self.project };
        Ok((vec![argocd::object(&targets, &options)], notes))
    }
}

impl Flux {
    fn objects(self, catalog: &Catalog) -> Result<Written, Report> {
        let form = self.common.form(self.format)?;
        // Nothing in a chart can make Helm wait between its objects.
        let by = (form == Form::Manifests).then_some(Delivery::Flux);
        let (targets, mut notes) = self.common.targets(form, self.live_weights, by, catalog)?;
        let namespaces: Vec<&str> = targets.iter().map(|target| target.namespace.as_str()).collect();
        if crowded(&namespaces) {
            notes.push("stages share a namespace; give each its objects in a cluster of its own".to_string());
        }
        for target in &targets {
            match form {
                Form::Manifests if target.needs_namespace() => notes.push(format!(
                    "the namespace `{}` must be there: Flux makes none; `extraObjects` can have it",
                    target.namespace
                )),
                Form::Manifests => {}
                Form::Chart => notes.extend(target.set_back()),
            }
        }
        Ok((flux::objects(&targets, &flux::Options { namespace: self.controller_namespace }), notes))
    }
}

impl Helmfile {
    fn documents(self, catalog: &Catalog) -> Result<Written, Report> {
        if self.common.path.is_none() && self.common.oci.is_none() {
            let problem = Problem::new("there is no chart to deliver");
            return Err(problem.help("say where it is: `--path charts/shop`, or `--oci oci://…`").into());
        }
        let (targets, mut notes) = self.common.targets(Form::Chart, false, None, catalog)?;
        notes.extend(targets.iter().flat_map(Target::set_back));
        Ok((helmfile::documents(&targets), notes))
    }
}

impl Common {
    /// What the output is, where a controller fetches it from.
    fn form(&self, format: Option<Format>) -> Result<Form, Report> {
        if self.repo.is_none() && self.oci.is_none() {
            let problem = Problem::new("nothing says where the output is");
            return Err(problem.help("give `--repo URL` and `--path PATH`, or `--oci URL`").into());
        }
        Ok(match format {
            Some(Format::Manifests) => Form::Manifests,
            Some(Format::Chart) => Form::Chart,
            None if self.oci.is_some() => Form::Chart,
            None => Form::Manifests,
        })
    }

    /// The release of each stage, and where its output is.
    fn targets(
        &self,
        form: Form,
        live_weights: bool,
        by: Option<Delivery>,
        catalog: &Catalog,
    ) -> Result<(Vec<Target>, Vec<String>), Report> {
        if let Some(i) = (1..self.stages.len()).find(|i| self.stages[..*i].contains(&self.stages[*i])) {
            return Err(Problem::new(format!("`--stages` names `{}` twice", self.stages[i])).into());
        }
        let stages: Vec<Option<&str>> = match self.stages.as_slice() {
            [] => vec![self.release.stage()],
            stages => stages.iter().map(|stage| Some(stage.as_str())).collect(),
        };
        let mut notes = Vec::new();
        let mut targets = Vec::new();
        for stage in stages {
            let rendered = self.rendered(stage, catalog)?;
            notes.extend(by.and_then(|by| unordered(by, &rendered)));
            let request = Request {
                repo: self.repo.clone(),
                path: self.path.clone(),
                revision: self.revision.clone(),
                oci: self.oci.clone(),
                version: self.chart_version.clone(),
                form,
                live_weights,
            };
            let name = rendered.release.name.as_deref().map(str::to_string);
            let release = Release {
                stage,
                several: !self.stages.is_empty(),
                name: &name.or_else(|| rendered.plan.application.name.text()).unwrap_or_default(),
                namespace: &rendered.plan.application.namespace.text().unwrap_or_default(),
                bundle: &rendered.bundle,
            };
            targets.push((Target::new(&request, release)?, rendered));
        }
        let shared = source::is_shared(targets.iter().map(|(target, _)| target))?;
        for (target, rendered) in &mut targets {
            if shared && let Some(stage) = target.stage.as_deref() {
                // The chart is the spec's own, and each stage gives it its values.
                target.values = stage_values(&self.release.inputs(), stage)?;
            }
            if self.chart_version.is_none() && form == Form::Chart {
                let base = if shared { Some(self.rendered(None, catalog)?) } else { None };
                let chart = write::chart(base.as_ref().unwrap_or(rendered), &write::Options::default())?;
                target.set_version(&chart.version);
            }
        }
        Ok((targets.into_iter().map(|(target, _)| target).collect(), notes))
    }

    fn rendered(&self, stage: Option<&str>, catalog: &Catalog) -> Result<Rendered, Report> {
        let mut inputs = self.release.inputs();
        if inputs.files.is_empty() && inputs.edits.is_empty() {
            let problem = Problem::new("there is no spec to deliver");
            return Err(problem.help("give the one that was rendered, with `-f FILE`").into());
        }
        inputs.stage = stage.map(str::to_string);
        render(&inputs, &self.release.release(), catalog)
    }
}

/// Whether any two of `places` are one.
fn crowded<T: PartialEq>(places: &[T]) -> bool {
    places.iter().enumerate().any(|(i, place)| places[..i].contains(place))
}

/// What to say of a release whose objects should tell their order, and do not.
fn unordered(by: Delivery, rendered: &Rendered) -> Option<String> {
    let word = match by {
        Delivery::ArgoCd => "argocd",
        Delivery::Flux => "flux",
        Delivery::Helm => return None,
    };
    let routes = !rendered.plan.routing.rules.is_empty() && rendered.environment.has_routes();
    (routes && rendered.plan.delivery != Some(by)).then(|| {
        format!("the spec does not say `delivery: {word}`, so routes do not wait for the versions that they lead to")
    })
}
