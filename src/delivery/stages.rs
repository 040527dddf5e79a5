//! A release in all the stages that it is delivered to.

use super::Delivery;
use super::source::{DeliveryRequest, Form, OutputPlace};
use super::target::DeliveryTarget;
use crate::pack::Catalog;
use crate::plan::ReleaseName;
use crate::problem::{Code, Problem, Problems};
use crate::render::order::{AFTER, annotation};
use crate::render::{Rendered, render};
use crate::spec::Mode;
use crate::spec::{Inputs, stage_values};
use crate::write;

/// A release, its stages, and where their output is.
#[derive(Debug, Clone)]
pub struct Stages {
    /// The spec, and what is laid over it; its stage counts where `stages` is empty.
    pub inputs: Inputs,
    /// The release's name and namespace.
    pub release: ReleaseName,
    /// The stages.
    pub stages: Vec<String>,
    /// Where the output is, and what it is.
    pub request: DeliveryRequest,
}

impl Stages {
    /// What is delivered for each stage, and notes on releases whose objects do not tell `by` their order.
    ///
    /// # Errors
    /// A stage that is named twice, and every problem of a spec.
    pub fn targets(
        &self,
        by: Option<Delivery>,
        catalog: &Catalog,
    ) -> Result<(Vec<DeliveryTarget>, Vec<String>), Problems> {
        if let Some(i) = (1..self.stages.len()).find(|i| self.stages[..*i].contains(&self.stages[*i])) {
            return Err(
                Problem::new(Code::DUPLICATE_STAGE, format!("`--stages` names `{}` twice", self.stages[i])).into()
            );
        }
        let stages: Vec<Option<&str>> = match self.stages.as_slice() {
            [] => vec![self.inputs.stage.as_deref()],
            stages => stages.iter().map(|stage| Some(stage.as_str())).collect(),
        };
        let mut notes = Vec::new();
        let mut targets = Vec::new();
        let mut releases = Vec::new();
        for stage in stages {
            let rendered = self.rendered(stage, catalog)?;
            notes.extend(by.and_then(|by| unordered(by, &rendered)));
            let target = DeliveryTarget::new(&self.request, stage, !self.stages.is_empty(), &rendered)?;
            notes.extend(misplaced_chart(&target, &rendered));
            targets.push(target);
            releases.push(rendered);
        }
        let shared = is_shared(&targets)?;
        for (target, rendered) in targets.iter_mut().zip(&releases) {
            if shared && let Some(stage) = target.stage.as_deref() {
                // The chart is made of the spec without its stages, and each stage is a set of values for it.
                target.values = stage_values(&self.inputs, stage)?;
            }
            if self.request.version.is_none() && target.form == Form::Chart {
                let base = if shared { Some(self.rendered(None, catalog)?) } else { None };
                let chart = write::chart(base.as_ref().unwrap_or(rendered), &write::ChartOptions::default())?;
                target.set_version(&chart.version);
            }
        }
        Ok((targets, notes))
    }

    fn rendered(&self, stage: Option<&str>, catalog: &Catalog) -> Result<Rendered, Problems> {
        if self.inputs.files.is_empty() && self.inputs.edits.is_empty() {
            let problem = Problem::new(Code::MISSING_ARGUMENT, "there is no spec to deliver");
            return Err(problem.help("give the one that was rendered, with `-f FILE`").into());
        }
        let inputs = Inputs { stage: stage.map(str::to_string), ..self.inputs.clone() };
        render(&inputs, &self.release, catalog)
    }
}

/// A note on a release whose objects should say in which order they are applied, and do not.
fn unordered(by: Delivery, rendered: &Rendered) -> Option<String> {
    let routes = !rendered.plan.routing.rules.is_empty() && rendered.environment.has_routes();
    if routes && rendered.plan.delivery != Some(by) {
        let word = by.word();
        return Some(format!(
            "the spec does not say `delivery: {word}`, so routes do not wait for the versions that they lead to"
        ));
    }
    let is_ordered =
        by != Delivery::Flux || rendered.bundle.iter().any(|object| annotation(&object.node, AFTER).is_some());
    // The Iter8 controller waits by itself.
    (routes && !is_ordered && rendered.plan.routing.mode == Mode::Static).then(|| {
        "Flux cannot have routes wait for models of KServe: bring one in with `weight: 0`, and give it a share when it is ready"
            .to_string()
    })
}

/// A note on a chart that is fetched from where `helm push` does not put it: that adds the chart's name to the URL.
fn misplaced_chart(target: &DeliveryTarget, rendered: &Rendered) -> Option<String> {
    let (OutputPlace::Registry { repository, .. }, Form::Chart) = (&target.place, target.form) else { return None };
    let chart = rendered.plan.application.name.text()?;
    let last = repository.rsplit('/').next().unwrap_or_default();
    (last != chart).then(|| {
        let to = format!("oci://{repository}");
        format!("`--oci` ends in `{last}`, and the chart is called `{chart}`: `helm push` to `{to}` puts it at `{to}/{chart}`")
    })
}

/// Whether the output of all `targets` is at one place: then it is one chart, and the stages differ in its values.
///
/// # Errors
/// Only some are at one place, or what is there is no chart.
fn is_shared(targets: &[DeliveryTarget]) -> Result<bool, Problems> {
    let same_place = targets.iter().enumerate().find_map(|(i, second)| {
        let first = targets[..i].iter().find(|first| first.place == second.place)?;
        Some((first, second))
    });
    let Some((first, second)) = same_place else { return Ok(false) };
    if first.form == Form::Chart && targets.iter().all(|target| target.place == first.place) {
        return Ok(true);
    }
    let [first, second] = [first, second].map(|target| target.stage.as_deref().unwrap_or_default());
    let message = format!("the stages `{first}` and `{second}` have their output in the same place");
    Err(Problem::new(Code::OUTPUT_CONFLICT, message)
        .help("put `${{ stage }}` where they differ, such as in `--path`")
        .into())
}

/// Whether any two of `places` are one.
pub(super) fn is_crowded<T: PartialEq>(places: &[T]) -> bool {
    places.iter().enumerate().any(|(i, place)| places[..i].contains(place))
}
