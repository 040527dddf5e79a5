use super::service_type::is_service;
use super::{Rule, Severity};
use crate::node::Node;
use crate::rules::Findings;
use crate::transition::Transition;

pub const RULE: Rule = Rule {
    id: "service-port-removed",
    severity: Severity::Error,
    checked_by_server: false,
    summary: "a Service loses a port",
    what: "The ports of Services that are on both sides, with their protocols, and the ports of nodes that are fixed.",
    why: "Whoever calls it there gets no connection as soon as the Service is stored. Nobody knows here who that is.",
    how: "Offer the new port beside the old one, move the clients, and then take the old one away.",
};

pub fn check(transition: &Transition<'_>, findings: &mut Findings<'_>) {
    for (old, new) in transition.both().filter(|(_, new)| is_service(new)) {
        let gone_altogether = new.node.str_at(&["spec", "type"]).is_some_and(|kind| kind == "ExternalName");
        let (before, after) = (old.node.items_at(&["spec", "ports"]), new.node.items_at(&["spec", "ports"]));
        // Its type says so already.
        if gone_altogether {
            continue;
        }
        for port in before {
            let lost = match after.iter().find(|new_port| key(new_port) == key(port)) {
                None => format!("the port {}", key(port)),
                Some(new_port) => match (port.text_at(&["nodePort"]), new_port.text_at(&["nodePort"])) {
                    (Some(lost), Some(kept)) if lost != kept => format!("the port {lost} of the nodes"),
                    _ => continue,
                },
            };
            let message = format!("{lost} is taken away from the Service `{}`", new.identity.name);
            let safe = vec![
                format!("offer what is new beside {lost}"),
                "move the clients".into(),
                format!("take {lost} away"),
            ];
            let node = new.node.nearest(&["spec", "ports"]);
            findings.add_at(transition.at_value(new, node), message).safe_commits(safe);
        }
    }
}

/// A port and its protocol: `80`, `53/UDP`.
fn key(port: &Node) -> String {
    let number = port.text_at(&["port"]).unwrap_or_default();
    match port.str_at(&["protocol"]).as_deref() {
        None | Some("TCP") => number,
        Some(protocol) => format!("{number}/{protocol}"),
    }
}
