//! InferenceServices that other objects send requests to.

use std::collections::HashMap;

use super::{Route, Share, shares};
use crate::bundle::Identity;

/// Puts the shares of InferenceServices in the place of their names in other objects' rules, and takes those
/// services, which are no entrance of their own then, out of the list.
pub fn behind(routes: &mut Vec<Route>) {
    let is_service = |route: &Route| route.identity.kind == "InferenceService";
    if !routes.iter().any(is_service) || routes.iter().all(is_service) {
        return;
    }
    let (mut services, mut entrances): (Vec<Route>, Vec<Route>) = routes.drain(..).partition(is_service);
    let mut naming: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, route) in entrances.iter().enumerate() {
        let watched = route.through.iter().flat_map(|routemap| &routemap.watched).map(|own| own.name.as_str());
        for name in route.versions().chain(watched) {
            naming.entry(name.to_string()).or_default().push(index);
        }
    }
    services.retain(|service| {
        let mut users = naming.get(&service.identity.name).cloned().unwrap_or_default();
        users.sort_unstable();
        users.dedup();
        users.retain(|index| entrances[*index].names(&service.identity));
        let own = service.rules.first().map(|rule| rule.shares.as_slice()).unwrap_or_default();
        for index in users.iter().copied().filter(|_| own.len() > 1) {
            let route = &mut entrances[index];
            service.targets.iter().for_each(|(version, target)| route.reach(version.clone(), target.clone()));
            for rule in &mut route.rules {
                let part = |share: Share| match share.version == service.identity.name {
                    true => (share.weight, own.to_vec()),
                    false => (share.weight, vec![Share { weight: 1, ..share }]),
                };
                rule.shares = shares::combine(std::mem::take(&mut rule.shares).into_iter().map(part).collect());
            }
            own.iter().for_each(|share| naming.entry(share.version.clone()).or_default().push(index));
        }
        users.is_empty()
    });
    entrances.append(&mut services);
    *routes = entrances;
}

impl Route {
    /// Whether it sends requests to the InferenceService `service`, or watches it.
    fn names(&self, service: &Identity) -> bool {
        let space = |own: Option<&str>| {
            let own = own.or(self.identity.namespace.as_deref());
            own.is_none() || service.namespace.is_none() || own == service.namespace.as_deref()
        };
        let mut targets = self.targets_of(&service.name).peekable();
        let reached = targets.peek().is_none() || targets.any(|target| space(target.namespace()));
        let mut watched = self.through.iter().flat_map(|routemap| &routemap.watched);
        self.versions().any(|version| version == service.name) && reached
            || watched.any(|own| own.name == service.name && space(own.namespace.as_deref()))
    }
}
