//! InferenceServices that other objects send requests to.

use std::collections::HashMap;

use super::{Route, Share, shares};
use crate::bundle::Identity;
use crate::kinds::PodSource;

/// Puts the shares of InferenceServices in the place of their names in other objects' rules, and takes those
/// services, which are no entrance of their own then, out of the list.
pub fn behind(routes: &mut Vec<Route>) {
    if !routes.iter().any(is_service) || routes.iter().all(is_service) {
        return;
    }
    let (mut services, mut entrances): (Vec<Route>, Vec<Route>) = routes.drain(..).partition(is_service);
    let mut naming: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, route) in entrances.iter().enumerate() {
        let watched = route.through.iter().flat_map(|routemap| &routemap.watched).map(|object| object.name.as_str());
        for name in route.versions().chain(watched) {
            naming.entry(name.to_string()).or_default().push(index);
        }
    }
    services.retain(|service| {
        let mut users = naming.get(&service.identity.name).cloned().unwrap_or_default();
        users.sort_unstable();
        users.dedup();
        users.retain(|index| entrances[*index].names(&service.identity));
        let shares_within = service.rules.first().map(|rule| rule.shares.as_slice()).unwrap_or_default();
        for index in users.iter().copied().filter(|_| shares_within.len() > 1) {
            let route = &mut entrances[index];
            service.targets.iter().for_each(|(version, target)| route.reach(version.clone(), target.clone()));
            for rule in &mut route.rules {
                let mut parts = Vec::new();
                for share in std::mem::take(&mut rule.shares) {
                    let is_service = share.version == service.identity.name;
                    let within =
                        if is_service { shares_within.to_vec() } else { vec![Share { weight: 1, ..share.clone() }] };
                    parts.push((share.weight, within));
                }
                rule.shares = shares::combine(parts);
            }
            shares_within.iter().for_each(|share| naming.entry(share.version.clone()).or_default().push(index));
        }
        users.is_empty()
    });
    entrances.append(&mut services);
    *routes = entrances;
}

fn is_service(route: &Route) -> bool {
    route.identity.pods() == PodSource::InferenceService
}

impl Route {
    /// Whether it sends requests to the InferenceService `service`, or watches it.
    fn names(&self, service: &Identity) -> bool {
        let mut targets = self.targets_of(&service.name).peekable();
        let reached = targets.peek().is_none() || targets.any(|target| self.may_mean(target.namespace(), service));
        let mut watched = self.through.iter().flat_map(|routemap| &routemap.watched);
        self.versions().any(|version| version == service.name) && reached
            || watched.any(|object| object.name == service.name && self.may_mean(object.namespace.as_deref(), service))
    }

    /// Whether `namespace`, or the route's own where none is said, is that of `service`, as far as both are known.
    fn may_mean(&self, namespace: Option<&str>, service: &Identity) -> bool {
        let namespace = namespace.or(self.identity.namespace.as_deref());
        namespace.is_none() || service.namespace.is_none() || namespace == service.namespace.as_deref()
    }
}
