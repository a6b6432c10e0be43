//! Counting the lines of a text.

/// How many lines end in some bytes.
pub fn count_lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count()
}

/// Counts the lines of a text up to places that are asked for from its start to its end.
pub struct LineCounter {
    /// Up to which byte the lines are counted.
    pub counted: usize,
    /// How many lines end before that byte, those of what stands before the text included.
    pub before: u64,
}

impl LineCounter {
    /// How many lines end before the byte `at` of the text.
    pub fn before(&mut self, text: &str, at: usize) -> u64 {
        self.before += count_lines(text.as_bytes().get(self.counted..at).unwrap_or_default()) as u64;
        self.counted = at;
        self.before
    }
}
