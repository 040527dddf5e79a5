//! Quantities as Kubernetes writes them.

use crate::node::Node;

/// The suffixes of `k8s.io/apimachinery/pkg/api/resource`.
const SUFFIXES: [(&str, f64); 15] = [
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
    ("Ei", 1_152_921_504_606_846_976.0),
    ("n", 1e-9),
    ("u", 1e-6),
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("E", 1e18),
];

/// A quantity as a number: `10Gi`, `500M`, `1e9`, or a number as it is.
pub fn quantity(node: &Node) -> Option<f64> {
    if let Some(number) = node.as_number() {
        return Some(number);
    }
    let text = node.as_str()?;
    let suffixed = SUFFIXES.iter().find_map(|(suffix, factor)| Some((text.strip_suffix(suffix)?, *factor)));
    let (number, factor) = suffixed.unwrap_or((&text, 1.0));
    // `inf` and `nan` are numbers to Rust alone.
    let is_number = number.ends_with(|last: char| last.is_ascii_digit() || last == '.');
    number.parse::<f64>().ok().filter(|_| is_number).map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_numbers() {
        let of = |text: &str| quantity(&Node::literal(text));
        assert_eq!((of("10Gi"), of("1500m"), of("1e9")), (Some(10_737_418_240.0), Some(1.5), Some(1e9)));
        assert_eq!((of("2Ei"), of("3E"), of("1n")), (Some(2_305_843_009_213_693_952.0), Some(3e18), Some(1e-9)));
        assert_eq!((of("12"), of("1."), quantity(&Node::int(3))), (Some(12.0), Some(1.0), Some(3.0)));
        assert_eq!((of("x"), of("nan"), of("inf"), of("")), (None, None, None, None));
    }
}
