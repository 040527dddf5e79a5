//! Requests drawn at random, the same ones for the same seed.

use super::{Action, Rule};

/// How many of `count` requests each share of `rule` gets, in their order, drawn by a generator that starts at `seed`.
/// `None` where nobody can say: the platform learns the shares, or no version has a weight.
pub fn sample(rule: &Rule, count: u64, seed: u64) -> Option<Vec<u64>> {
    let total = rule.shares.iter().try_fold(0_u64, |sum, share| sum.checked_add(share.weight))?;
    if rule.action == Action::Learned || total == 0 {
        return None;
    }
    let mut random = SplitMix(seed);
    let mut counts = vec![0; rule.shares.len()];
    for _ in 0..count {
        let mut drawn = random.below(total);
        for (share, count) in rule.shares.iter().zip(&mut counts) {
            if drawn < share.weight {
                *count += 1;
                break;
            }
            drawn -= share.weight;
        }
    }
    Some(counts)
}

/// SplitMix64 (Steele, Lea, Flood: *Fast Splittable Pseudorandom Number Generators*, 2014).
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, each as likely as any other: numbers past the last multiple of `end` are drawn again.
    fn below(&mut self, end: u64) -> u64 {
        let last = u64::MAX - u64::MAX % end;
        loop {
            let drawn = self.next();
            if drawn < last {
                return drawn % end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_the_published_one() {
        // The first values for the seed 1234567, as in the reference implementation's tests.
        let mut random = SplitMix(1234567);
        assert_eq!([random.next(), random.next()], [6457827717110365317, 3203168211198807973]);
    }

    #[test]
    fn counts_are_near_the_weights_and_always_the_same() {
        let mut rule = Rule::new(None);
        rule.share("a", 70);
        rule.share("b", 30);
        rule.share("c", 0);
        let counts = sample(&rule, 10_000, 1).unwrap();
        assert_eq!(counts.iter().sum::<u64>(), 10_000);
        assert!((6_800..7_200).contains(&counts[0]) && counts[2] == 0, "{counts:?}");
        assert_eq!(Some(counts), sample(&rule, 10_000, 1));
        assert_eq!(sample(&Rule::new(None), 1, 1), None);
    }
}
