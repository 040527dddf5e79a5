//! Packs described for people.

use std::fmt::Write;

use crate::pack::{Catalog, Environment};
use crate::problem::Problems;
use crate::spec::Strategy;
use crate::spec::fields::{APPLICATION, VERSION};

/// One line an environment.
///
/// # Errors
/// A pack has problems.
pub fn pack_list(catalog: &Catalog) -> Result<String, Problems> {
    let mut rows = vec![("ENVIRONMENT".to_string(), "STRATEGIES".to_string(), "DESCRIPTION".to_string())];
    for name in catalog.names() {
        let environment = catalog.environment(name)?;
        let strategies: Vec<&str> = environment.strategies().map(Strategy::word).collect();
        let deprecated = if environment.deprecated.is_some() { " (deprecated)" } else { "" };
        rows.push((name.into(), strategies.join(", "), format!("{}{deprecated}", environment.description)));
    }
    let first = width(rows.iter().map(|(name, ..)| name));
    let second = width(rows.iter().map(|(_, strategies, _)| strategies));
    let mut out = String::new();
    for (name, strategies, description) in &rows {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{name:first$}  {strategies:second$}  {description}");
    }
    Ok(out)
}

fn width<'c>(column: impl Iterator<Item = &'c String>) -> usize {
    column.map(String::len).max().unwrap_or(0)
}

/// All about one environment.
///
/// # Errors
/// Its example cannot be written.
pub fn pack(environment: &Environment) -> Result<String, Problems> {
    let mut out = String::new();
    let _ = writeln!(out, "{}\n\n  {}", environment.name, environment.description);
    if let Some(reason) = &environment.deprecated {
        let _ = writeln!(out, "  Deprecated: {reason}");
    }
    if !environment.aliases.is_empty() {
        let _ = writeln!(out, "  Also called {}.", environment.aliases.join(", "));
    }
    push_objects(environment, &mut out);
    push_strategies(environment, &mut out);
    push_fields(environment, &mut out);
    let strategy = if environment.has(Strategy::BlueGreen) { Strategy::BlueGreen } else { Strategy::None };
    out.push_str("\nEXAMPLE\n");
    for line in environment.starting_spec(&environment.name, strategy)?.lines() {
        let _ = writeln!(out, "{}", format!("  {line}").trim_end());
    }
    Ok(out)
}

fn push_objects(environment: &Environment, out: &mut String) {
    out.push_str("\nMAKES\n");
    for templates in &environment.templates {
        let kinds = templates.kinds();
        if !kinds.is_empty() {
            let (_, file) = templates.name.rsplit_once('/').unwrap_or_default();
            let purpose = match file {
                "version.yaml" => "for each version",
                "application.yaml" => "for the application",
                _ => "to share the traffic",
            };
            let _ = writeln!(out, "  {purpose}: {}", kinds.join(", "));
        }
    }
}

fn push_strategies(environment: &Environment, out: &mut String) {
    out.push_str("\nSTRATEGIES\n");
    for strategy in environment.strategies() {
        let modes: Vec<String> = environment.modes(strategy).iter().map(|mode| format!("routing: {mode}")).collect();
        let default = if modes.len() > 1 { " (the first unless the spec says)" } else { "" };
        let _ = writeln!(out, "  {strategy:12}{}{default}", modes.join(" or "));
    }
}

fn push_fields(environment: &Environment, out: &mut String) {
    out.push_str("\nFIELDS of a version, or at `application` for all versions\n");
    for name in &environment.fields {
        let Some(field) = VERSION.iter().find(|field| field.name == *name) else { continue };
        let needed = environment.requires.iter().find(|rule| rule.field == *name).map(|rule| {
            let alternatives: Vec<String> = rule.unless.iter().map(|field| format!("`{field}`")).collect();
            match alternatives.as_slice() {
                [] => " Required.".into(),
                _ => format!(" Required, unless there is {}.", alternatives.join(" or ")),
            }
        });
        let default = environment.defaults.get("application").and_then(|a| a.get(name)).map(|yaml| {
            let crate::yaml::Data::Scalar(scalar, _) = &yaml.data else { return String::new() };
            let mut text = String::from(" Default: ");
            scalar.push_text(&mut text);
            text + "."
        });
        let _ =
            writeln!(out, "  {name}\n      {}{}{}", field.doc, needed.unwrap_or_default(), default.unwrap_or_default());
    }
    out.push_str("\nFIELDS of a version only\n");
    let matches = environment.strategies().any(Strategy::shares_by_match);
    for field in VERSION.iter().filter(|field| field.name == "metadata" || field.name == "match" && matches) {
        let _ = writeln!(out, "  {}\n      {}", field.name, field.doc);
    }
    out.push_str("\nFIELDS of the application\n");
    for name in ["metadata", "strategy", "primary"] {
        let Some(field) = APPLICATION.iter().find(|field| field.name == name) else { continue };
        let _ = writeln!(out, "  {}\n      {}", field.name, field.doc);
    }
}
