//! Numbers that look random, and are the same again for the same seed.

/// Where the numbers come from.
#[derive(Clone, Debug)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// Another one for each run, which tells it; `FLOWGATE_SEED` brings it back.
    pub(crate) fn seed() -> u64 {
        let given = std::env::var_os("FLOWGATE_SEED").map(|seed| seed.to_str().unwrap().parse().unwrap());
        given.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    /// One of them.
    pub(crate) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}
