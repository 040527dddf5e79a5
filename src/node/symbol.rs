//! Values that are known later than the spec.

/// A value that the Iter8 controller knows while it executes a routing template.
///
/// A version's weight there is 0 while any of its watched resources is missing or not ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Symbol {
    /// The weight of the version with this index: a whole number.
    Weight(usize),
    /// Whether the version with this index is available: its weight is above 0.
    Available(usize),
    /// Whether any of these versions is available.
    AnyAvailable(Vec<usize>),
    /// Whether the other symbol does not hold.
    Not(Box<Symbol>),
}
