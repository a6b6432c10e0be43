//! Tells of most things at one look that they are none of some.

/// Lets through every number that it was made of, and few others.
pub struct BloomFilter {
    /// A bit for each number that the lowest bits of others come to.
    bits: Vec<u64>,
}

impl BloomFilter {
    /// One of numbers of which every bit is as likely as not.
    pub fn of(numbers: impl Iterator<Item = u32> + Clone) -> Self {
        // With 32 bits a number, one in 32 is let through wrongly.
        let bits = (numbers.clone().count() * 32).next_power_of_two().max(64);
        let mut filter = BloomFilter { bits: vec![0; bits / 64] };
        for number in numbers {
            let bit = filter.bit(number);
            filter.bits[bit / 64] |= 1 << (bit % 64);
        }
        filter
    }

    /// Whether a number may be one of them.
    #[inline(always)]
    pub fn may_contain(&self, number: u32) -> bool {
        let bit = self.bit(number);
        self.bits[bit / 64] >> (bit % 64) & 1 == 1
    }

    #[inline(always)]
    fn bit(&self, number: u32) -> usize {
        number as usize & (self.bits.len() * 64 - 1)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_sieve_lets_its_own_through(numbers in prop::collection::vec(any::<u32>(), 0..50)) {
            let filter = BloomFilter::of(numbers.iter().copied());
            prop_assert!(numbers.iter().all(|&number| filter.may_contain(number)));
        }
    }

    #[test]
    fn a_sieve_holds_others_back() {
        let mixed = |number: u64| foldhash::fast::FixedState::with_seed(0).hash_one(number) as u32;
        let filter = BloomFilter::of((0..1000).map(mixed));
        let through = (1000..101_000).map(mixed).filter(|&number| filter.may_contain(number)).count();
        assert!(through < 100_000 / 25, "{through}");
    }
}
