//! What belongs together, from what belongs to what.

/// Disjoint sets of numbers.
#[derive(Debug, Default)]
pub struct UnionFind(Vec<usize>);

impl UnionFind {
    /// A new number, alone in its set.
    pub fn add(&mut self) -> usize {
        self.0.push(self.0.len());
        self.0.len() - 1
    }

    /// The number that stands for the set of `node`: its smallest.
    pub fn root(&mut self, mut node: usize) -> usize {
        while self.0[node] != node {
            self.0[node] = self.0[self.0[node]];
            node = self.0[node];
        }
        node
    }

    /// Makes one set of two.
    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}
