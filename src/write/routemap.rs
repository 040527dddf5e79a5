//! Symbols as the Iter8 controller's Go template writes them.

use std::fmt::Write;

use crate::node::Symbol;

/// Appends the value of `symbol`.
pub fn push_value(symbol: &Symbol, out: &mut String) {
    match symbol {
        Symbol::Weight(index) => {
            // Writing to a String cannot fail.
            let _ = write!(out, "{{{{ index .Weights {index} }}}}");
        }
        condition => {
            out.push_str("{{ ");
            push_condition(condition, out);
            out.push_str(" }}");
        }
    }
}

/// Appends the beginning of what is there only if `symbol` holds; the line break before it goes.
pub fn push_if(symbol: &Symbol, out: &mut String) {
    out.push_str("{{- if ");
    push_condition(symbol, out);
    out.push_str(" }}");
}

/// Appends the end of it.
pub fn push_end(out: &mut String) {
    out.push_str("{{- end }}");
}

/// The action that gives the value of `symbol`, such as `{{ index .Weights 1 }}`.
pub fn action(symbol: &Symbol) -> String {
    let mut out = String::new();
    push_value(symbol, &mut out);
    out
}

/// `symbol` as a condition, such as `gt (index .Weights 1) 0`.
pub fn condition(symbol: &Symbol) -> String {
    let mut out = String::new();
    push_condition(symbol, &mut out);
    out
}

fn push_condition(symbol: &Symbol, out: &mut String) {
    let _ = match symbol {
        Symbol::Weight(index) | Symbol::Available(index) => write!(out, "gt (index .Weights {index}) 0"),
        Symbol::AnyAvailable(indexes) => {
            out.push_str("or");
            indexes.iter().try_for_each(|index| write!(out, " (gt (index .Weights {index}) 0)"))
        }
        Symbol::Not(inner) => {
            out.push_str("not (");
            push_condition(inner, out);
            out.push(')');
            Ok(())
        }
        // What is computed has a value, and no template asks for it.
        Symbol::Remainder(_) | Symbol::Digest(_) => Ok(()),
    };
}
