//! Merkle trees as in RFC 6962: leaves and nodes are hashed apart, and an odd last node goes up as it is.

use super::{Digest, digest::sha256};

/// The hash of a leaf.
fn leaf(data: &[u8]) -> Digest {
    // 33 bytes hold the longest leaf there is, a digest.
    let mut bytes = [0_u8; 33];
    bytes[1..=data.len()].copy_from_slice(data);
    sha256(&bytes[..=data.len()])
}

fn node(left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [1_u8; 65];
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    sha256(&bytes)
}

/// One level up, in place.
fn rise(level: &mut Vec<Digest>) {
    let n = level.len();
    for at in 0..n / 2 {
        level[at] = node(&level[2 * at], &level[2 * at + 1]);
    }
    if n % 2 == 1 {
        level[n / 2] = level[n - 1];
    }
    level.truncate(n.div_ceil(2));
}

/// The root over leaves of at most 32 bytes each.
#[must_use]
pub fn root<'l>(leaves: impl IntoIterator<Item = &'l [u8]>) -> Digest {
    let mut level: Vec<Digest> = leaves.into_iter().map(leaf).collect();
    while level.len() > 1 {
        rise(&mut level);
    }
    level.pop().unwrap_or_else(|| sha256(&[]))
}

/// The hashes beside the way from a leaf up to the root, the lowest first; `None` when there is no such leaf.
#[must_use]
pub fn path<'l>(leaves: impl IntoIterator<Item = &'l [u8]>, index: usize) -> Option<Vec<Digest>> {
    let mut level: Vec<Digest> = leaves.into_iter().map(leaf).collect();
    if index >= level.len() {
        return None;
    }
    let (mut at, mut beside) = (index, Vec::new());
    while level.len() > 1 {
        // The odd last node has nothing beside it.
        beside.extend(level.get(at ^ 1).copied());
        rise(&mut level);
        at /= 2;
    }
    Some(beside)
}

/// The root a leaf and the hashes beside its way lead to; `None` when they do not fit the place and the number of leaves.
#[must_use]
pub fn climb(data: &[u8], (index, size): (u64, u64), path: &[Digest]) -> Option<Digest> {
    if index >= size || data.len() > 32 {
        return None;
    }
    let (mut at, mut last, mut hash, mut beside) = (index, size - 1, leaf(data), path.iter());
    while last > 0 {
        if at % 2 == 1 {
            hash = node(beside.next()?, &hash);
        } else if at < last {
            hash = node(&hash, beside.next()?);
        }
        (at, last) = (at / 2, last / 2);
    }
    beside.next().is_none().then_some(hash)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::hex;

    /// The definition of RFC 6962, word for word.
    fn defined(leaves: &[Vec<u8>]) -> Digest {
        match leaves {
            [] => sha256(&[]),
            [one] => leaf(one),
            many => {
                let half = many.len().next_power_of_two() / 2;
                node(&defined(&many[..half]), &defined(&many[half..]))
            }
        }
    }

    fn slices(leaves: &[Vec<u8>]) -> impl Iterator<Item = &[u8]> {
        leaves.iter().map(Vec::as_slice)
    }

    #[test]
    fn the_roots_of_the_published_test_vectors_come_out() {
        // The leaves and roots of the tests of Certificate Transparency.
        let data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        let bytes =
            |it: &str| (0..it.len() / 2).map(|n| u8::from_str_radix(&it[2 * n..2 * n + 2], 16).unwrap()).collect();
        let leaves: Vec<Vec<u8>> = data.iter().map(|it| bytes(it)).collect();
        let root_of = |n: usize| hex(&root(slices(&leaves[..n])));
        assert_eq!(root_of(0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(root_of(1), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(root_of(3), "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
        assert_eq!(root_of(8), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }

    proptest! {
        #[test]
        fn the_root_is_the_defined_one_and_every_leaf_and_no_other_climbs_to_it(
            leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..=32), 1..70),
            pick in any::<prop::sample::Index>(),
            other in prop::collection::vec(any::<u8>(), 0..=32),
        ) {
            let (top, at, n) = (root(slices(&leaves)), pick.index(leaves.len()), leaves.len() as u64);
            prop_assert_eq!(top, defined(&leaves));
            let way = path(slices(&leaves), at).unwrap();
            let climbed = |data: &[u8], index: u64, size: u64| climb(data, (index, size), &way);
            prop_assert_eq!(climbed(&leaves[at], at as u64, n), Some(top));
            if other != leaves[at] {
                prop_assert_ne!(climbed(&other, at as u64, n), Some(top));
            }
            // The same leaf may stand in several places, and in a tree of equal halves by the same path.
            for index in 0..leaves.len() {
                let stands = leaves[index] == leaves[at] && path(slices(&leaves), index).as_ref() == Some(&way);
                prop_assert_eq!(climbed(&leaves[at], index as u64, n) == Some(top), stands);
            }
            prop_assert_eq!(climbed(&leaves[at], n, n), None);
            for (beside, _) in way.iter().enumerate() {
                let mut changed = way.clone();
                changed[beside][5] ^= 1;
                prop_assert_ne!(climb(&leaves[at], (at as u64, n), &changed), Some(top));
            }
            let longer: Vec<Digest> = way.iter().copied().chain([[0; 32]]).collect();
            prop_assert_eq!(climb(&leaves[at], (at as u64, n), &longer), None);
            prop_assert_eq!(path(slices(&leaves), leaves.len()), None);
        }
    }
}
