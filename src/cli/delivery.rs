//! `helmwright delivery`

use std::process::ExitCode;

use clap::builder::NonEmptyStringValueParser;

use super::global::Global;
use super::release::ReleaseArgs;
use super::terminal::Terminal;
use crate::delivery::source::{DeliveryRequest, Form};
use crate::delivery::stages::Stages;
use crate::delivery::{argocd, flux, helmfile};
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
pub struct DeliveryArgs {
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
    #[arg(long, value_name = "URL", conflicts_with = "oci", value_parser = given())]
    repo: Option<String>,

    /// The folder of the output in the repository or the artifact; for helmfile alone, from the helmfile.yaml
    #[arg(long, value_name = "PATH", value_parser = given())]
    path: Option<String>,

    /// A branch, a tag or a commit of the repository [default: main]
    #[arg(long, value_name = "REVISION", requires = "repo", conflicts_with = "oci", value_parser = given())]
    revision: Option<String>,

    /// An OCI registry that holds the output: oci://REGISTRY/PATH
    #[arg(long, value_name = "URL", value_parser = given())]
    oci: Option<String>,

    /// The version there, or a range of versions [default: the one that `helmwright chart` gives the chart]
    #[arg(long, value_name = "VERSION", requires = "oci", conflicts_with = "repo", value_parser = given())]
    chart_version: Option<String>,

    /// Deliver these stages: each lays its `<spec>.<STAGE>.yaml` over the spec
    #[arg(long, value_name = "STAGES", value_delimiter = ',', conflicts_with = "stage")]
    stages: Vec<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum OutputForm {
    /// Plain manifests, as `helmwright render` writes them
    Manifests,
    /// A chart, as `helmwright chart` writes it
    #[value(alias = "oci-chart")]
    Chart,
}

/// What those have in common whose controller fetches the output.
#[derive(Debug, clap::Args)]
struct Fetched {
    /// What the output is [default: manifests with --repo, chart with --oci]
    #[arg(long, value_name = "FORMAT")]
    format: Option<OutputForm>,

    /// Leave the weights of a routemap to whoever turns them in the cluster
    #[arg(long)]
    live_weights: bool,
}

#[derive(Debug, clap::Args)]
struct ArgoCd {
    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    fetched: Fetched,

    /// The cluster: a URL, or its name in Argo CD
    #[arg(long, value_name = "CLUSTER", default_value = argocd::HERE, value_parser = given())]
    cluster: String,

    /// The project
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = given())]
    project: String,

    /// The namespace of Argo CD
    #[arg(long, value_name = "NAMESPACE", default_value = "argocd", value_parser = given())]
    controller_namespace: String,
}

#[derive(Debug, clap::Args)]
struct Flux {
    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    fetched: Fetched,

    /// The namespace of what is written
    #[arg(long, value_name = "NAMESPACE", default_value = "flux-system", value_parser = given())]
    controller_namespace: String,
}

#[derive(Debug, clap::Args)]
struct Helmfile {
    #[command(flatten)]
    common: Common,
}

/// A value that is not empty: in a pipeline that means a variable that nobody set.
fn given() -> NonEmptyStringValueParser {
    NonEmptyStringValueParser::new()
}

impl DeliveryArgs {
    pub fn run(self, global: &Global, terminal: &Terminal) -> anyhow::Result<ExitCode> {
        let catalog = &global.catalog()?;
        let written = match self.to {
            To::Argocd(ArgoCd { common, fetched, cluster, project, controller_namespace: namespace }) => {
                let options = argocd::ArgoCdOptions { namespace, project, cluster };
                argocd::deliver(&common.stages(fetched.form(), fetched.live_weights), &options, catalog)?
            }
            To::Flux(Flux { common, fetched, controller_namespace: namespace }) => {
                let options = flux::FluxOptions { namespace };
                flux::deliver(&common.stages(fetched.form(), fetched.live_weights), &options, catalog)?
            }
            To::Helmfile(Helmfile { common }) => helmfile::deliver(&common.stages(Some(Form::Chart), false), catalog)?,
        };
        written.notes.iter().for_each(|note| terminal.note(note));
        terminal.print(&write::documents(&written.documents))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Common {
    fn stages(self, form: Option<Form>, live_weights: bool) -> Stages {
        let Self { release, repo, path, revision, oci, chart_version: version, stages } = self;
        let request = DeliveryRequest { repo, path, revision, oci, version, form, live_weights };
        Stages { inputs: release.inputs(), release: release.release(), stages, request }
    }
}

impl Fetched {
    fn form(&self) -> Option<Form> {
        self.format.map(|format| match format {
            OutputForm::Manifests => Form::Manifests,
            OutputForm::Chart => Form::Chart,
        })
    }
}
