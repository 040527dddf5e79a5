//! Shares of shares.

use super::Share;

/// Shares each part's weight as the part itself does: `[(70, [a]), (30, [b 1, c 2])]` is `a 210, b 30, c 60`. Weights stay
/// what they are where nothing is shared a second time.
pub fn combine(parts: Vec<(u64, Vec<Share>)>) -> Vec<Share> {
    let reduced: Vec<(u64, Vec<Share>)> = parts.into_iter().map(|(weight, shares)| (weight, reduce(shares))).collect();
    // Of a part that is never asked, the denominator does not matter.
    let asked = reduced.iter().filter(|(weight, shares)| *weight > 0 && total(shares) > 0);
    let denominator = asked.fold(1, |all, (_, shares)| {
        let total = total(shares);
        (all / gcd(all, total)).saturating_mul(total)
    });
    let mut all: Vec<Share> = Vec::new();
    for (weight, shares) in reduced {
        let factor = denominator / total(&shares).clamp(1, denominator);
        for Share { version, weight: within } in shares {
            let weight = weight.saturating_mul(within).saturating_mul(factor);
            match all.iter_mut().find(|share| share.version == version) {
                Some(share) => share.weight = share.weight.saturating_add(weight),
                None => all.push(Share { version, weight }),
            }
        }
    }
    all
}

fn total(shares: &[Share]) -> u64 {
    shares.iter().fold(0, |sum, share| sum.saturating_add(share.weight))
}

/// The same shares in the smallest numbers.
fn reduce(mut shares: Vec<Share>) -> Vec<Share> {
    let divisor = shares.iter().fold(0, |all, share| gcd(all, share.weight)).max(1);
    shares.iter_mut().for_each(|share| share.weight /= divisor);
    shares
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(shares: &[(&str, u64)]) -> Vec<Share> {
        shares.iter().map(|(version, weight)| Share { version: version.to_string(), weight: *weight }).collect()
    }

    #[test]
    fn parts_share_their_own_weight() {
        let all = combine(vec![(70, shares(&[("a", 100)])), (30, shares(&[("b", 50), ("c", 100)]))]);
        assert_eq!(all, shares(&[("a", 210), ("b", 30), ("c", 60)]));
        let plain = combine(vec![(70, shares(&[("a", 1)])), (30, shares(&[("b", 100)]))]);
        assert_eq!(plain, shares(&[("a", 70), ("b", 30)]));
        let none = combine(vec![(1, shares(&[("a", 0)])), (0, shares(&[("b", 3)]))]);
        assert_eq!(none, shares(&[("a", 0), ("b", 0)]));
    }
}
