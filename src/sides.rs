//! The two sides of a change: the state before it, and the one after it.

use std::ops::{Index, IndexMut};

/// One side of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The state before.
    Before,
    /// The state after.
    After,
}

impl Side {
    /// Both, in the order of time.
    pub const BOTH: [Self; 2] = [Self::Before, Self::After];
}

/// Something of either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sides<T> {
    /// That of the state before.
    pub before: T,
    /// That of the state after.
    pub after: T,
}

impl<T> Sides<T> {
    /// Both, by reference.
    pub fn as_ref(&self) -> Sides<&T> {
        Sides { before: &self.before, after: &self.after }
    }

    /// What `make` makes of each.
    pub fn map<U>(self, mut make: impl FnMut(T) -> U) -> Sides<U> {
        Sides { before: make(self.before), after: make(self.after) }
    }

    /// Each with the same side's of `with`.
    pub fn zip<U>(self, with: Sides<U>) -> Sides<(T, U)> {
        Sides { before: (self.before, with.before), after: (self.after, with.after) }
    }
}

impl<T> Index<Side> for Sides<T> {
    type Output = T;

    fn index(&self, side: Side) -> &T {
        match side {
            Side::Before => &self.before,
            Side::After => &self.after,
        }
    }
}

impl<T> IndexMut<Side> for Sides<T> {
    fn index_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Before => &mut self.before,
            Side::After => &mut self.after,
        }
    }
}

impl<T> IntoIterator for Sides<T> {
    type Item = T;
    type IntoIter = std::array::IntoIter<T, 2>;

    /// That of the state before, then that of the state after.
    fn into_iter(self) -> Self::IntoIter {
        [self.before, self.after].into_iter()
    }
}
