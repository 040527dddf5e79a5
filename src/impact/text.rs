//! The paragraph.

use super::Only;
use super::phrase::Phrase;
use super::summary::{Summary, VersionChange};
use crate::bundle::Identity;

/// The most objects that a sentence names.
const MOST: usize = 8;

impl Summary {
    /// The paragraph, one phrase a sentence. `green` says that no check found anything.
    pub fn sentences(&self, green: bool) -> Vec<Phrase> {
        if self.is_empty() {
            return vec![Phrase::new().plain("Nothing changes in the cluster.")];
        }
        let phrases = self.routes.iter().map(|route| route.phrase.clone()).filter(|phrase| !phrase.is_empty());
        let mut all: Vec<Phrase> = phrases.collect();
        if all.is_empty() && !self.routes.is_empty() {
            all.push(Phrase::new().plain("The traffic stays as it is."));
        }
        all.extend(self.reassigned.iter().map(|(object, old, new)| {
            let place = Phrase::new().plain(format!("{} ", object.kind)).name(&object.name);
            place.plain(" now serves ").name(new).plain(", no longer ").name(old).plain(".")
        }));
        all.extend(self.images());
        all.extend(self.scales());
        all.extend(self.settings());
        all.extend(renamed(&self.renamed));
        all.extend(objects("New", &self.objects.added));
        all.extend(objects("Gone", &self.objects.removed));
        all.extend(objects("Changed", &self.unexplained));
        all.extend(self.routine(green));
        all
    }

    /// The paragraph as plain text.
    pub fn text(&self, green: bool) -> String {
        Phrase::joined(self.sentences(green), " ").to_string()
    }

    fn images(&self) -> Option<Phrase> {
        let changed = self.versions.iter().filter(|version| !version.images.is_empty());
        sentence("Images: ", changed.map(images_of))
    }

    fn scales(&self) -> Option<Phrase> {
        let all = self.versions.iter().filter_map(|version| {
            let (old, new) = version.scale.as_ref()?;
            let mode = match (old.autoscaled, new.autoscaled) {
                (false, true) => ", now autoscaled",
                (true, false) => ", no longer autoscaled",
                _ => "",
            };
            Some(Phrase::new().name(&version.name).plain(format!(" {old} → {new}{mode}")))
        });
        sentence("Replicas: ", all)
    }

    fn settings(&self) -> Option<Phrase> {
        let changed = self.versions.iter().filter(|version| !version.settings.is_empty());
        sentence("Settings: ", changed.map(settings_of))
    }

    fn routine(&self, green: bool) -> Option<Phrase> {
        let what = match self.objects.only {
            _ if !self.is_routine(green) => return None,
            Only::Weights => "only weights change",
            Only::Images => "only images change",
            _ => "only weights and images change",
        };
        Some(Phrase::new().plain(format!("Routine: {what}, and every check is green.")))
    }
}

fn sentence(lead: &str, parts: impl Iterator<Item = Phrase>) -> Option<Phrase> {
    let all = Phrase::joined(parts, ", ");
    (!all.is_empty()).then(|| Phrase::new().plain(lead).then(all).plain("."))
}

/// `shop:1.0` → `shop:1.1` (`stable`)
fn images_of(version: &VersionChange) -> Phrase {
    let images = version.images.iter().map(|(old, new)| Phrase::new().name(old).plain(" → ").name(new));
    Phrase::joined(images, ", ").plain(" (").name(&version.name).plain(")")
}

/// `stable` in `env`, `args`
fn settings_of(version: &VersionChange) -> Phrase {
    let fields = version.settings.iter().map(|field| Phrase::new().name(field));
    Phrase::new().name(&version.name).plain(" in ").then(Phrase::joined(fields, ", "))
}

/// Deployment `shop-1` → `shop-2`, with the namespaces where these differ.
fn renaming((old, new): &(Identity, Identity)) -> Phrase {
    let moves = old.namespace != new.namespace;
    let [from, to] = [old, new].map(|identity| match &identity.namespace {
        _ if !moves => identity.name.clone(),
        namespace => format!("{}/{}", namespace.as_deref().unwrap_or("default"), identity.name),
    });
    Phrase::new().plain(format!("{} ", old.kind)).name(from).plain(" → ").name(to)
}

fn renamed(pairs: &[(Identity, Identity)]) -> Option<Phrase> {
    let more = pairs.len().saturating_sub(MOST);
    let mut all: Vec<Phrase> = pairs.iter().take(MOST).map(renaming).collect();
    if more > 0 {
        all.push(Phrase::new().plain(format!("{more} more")));
    }
    sentence("Renamed (deleted and created): ", all.into_iter())
}

/// ``New: `shop-1` (Deployment, Service).``
fn objects(lead: &str, identities: &[Identity]) -> Option<Phrase> {
    let mut names: Vec<(&str, Vec<&str>)> = Vec::new();
    for identity in identities {
        match names.iter_mut().find(|(name, _)| *name == identity.name) {
            Some((_, kinds)) => kinds.push(&identity.kind),
            None => names.push((&identity.name, vec![&identity.kind])),
        }
    }
    let more: usize = names.iter().skip(MOST).map(|(_, kinds)| kinds.len()).sum();
    let named = names.iter().take(MOST);
    let mut all: Vec<Phrase> =
        named.map(|(name, kinds)| Phrase::new().name(*name).plain(format!(" ({})", kinds.join(", ")))).collect();
    if more > 0 {
        all.push(Phrase::new().plain(format!("{more} more")));
    }
    sentence(&format!("{lead}: "), all.into_iter())
}
