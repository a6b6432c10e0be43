//! Which of 64 bytes are quotes, commas and line ends, and the positions of bits, by vectors.

use wide::u8x16;

/// The quotes, commas, line feeds and carriage returns of a block, a bit each.
#[inline(always)] // compiled anew for each kind of processor, as are its callers
pub fn kinds(block: &[u8; 64]) -> [u64; 4] {
    let (lanes, _) = block.as_chunks::<16>();
    let lanes = [0, 1, 2, 3].map(|index| u8x16::new(lanes[index]));
    b"\",\n\r".map(|kind| {
        let bits = lanes.map(|lane| u64::from(lane.simd_eq(u8x16::splat(kind)).to_bitmask()));
        bits[0] | bits[1] << 16 | bits[2] << 32 | bits[3] << 48
    })
}

/// Writes, for each bit that is set, `first` plus its number. What follows them in the list may be written over.
#[inline(always)]
pub fn positions(first: u32, mut bits: u64, list: &mut [u32; 64]) {
    // How many are written without asking whether there are as many: most blocks have fewer, and no branch decides.
    const AT_ONCE: usize = 8;
    let found = bits.count_ones() as usize;
    for slots in list.as_chunks_mut::<AT_ONCE>().0.iter_mut().take(found.div_ceil(AT_ONCE)) {
        for slot in slots {
            *slot = first + bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
        }
    }
}

/// [`kinds`] and [`positions`] by vectors of 64 bytes.
///
/// Measured: an index of 341 MB, a million variants, takes 35 ms of CPU time by them, 57 by those of 32 bytes (what the functions
/// above are compiled to for a processor that has them) and 85 by those of 16, in an emission of 260.
#[cfg(target_arch = "x86_64")]
pub mod avx512 {
    use std::arch::x86_64::{
        __m512i, _mm512_add_epi32, _mm512_cmpeq_epi8_mask, _mm512_cvtepu8_epi32, _mm512_extracti32x4_epi32,
        _mm512_maskz_compress_epi8, _mm512_set_epi64, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_storeu_si512,
    };

    /// See [`super::kinds`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub fn kinds(block: &[u8; 64]) -> [u64; 4] {
        let block = vector(block);
        b"\",\n\r".map(|kind| _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(kind.cast_signed())))
    }

    /// See [`super::positions`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,popcnt")]
    pub fn positions(first: u32, bits: u64, list: &mut [u32; 64]) {
        const NUMBERS: [u8; 64] = {
            let mut numbers = [0; 64];
            let mut number = 0;
            while number < 64 {
                numbers[number] = number as u8;
                number += 1;
            }
            numbers
        };
        let numbers = _mm512_maskz_compress_epi8(bits, vector(&NUMBERS));
        let first = _mm512_set1_epi32(first.cast_signed());
        let quarters = [
            _mm512_extracti32x4_epi32::<0>(numbers),
            _mm512_extracti32x4_epi32::<1>(numbers),
            _mm512_extracti32x4_epi32::<2>(numbers),
            _mm512_extracti32x4_epi32::<3>(numbers),
        ];
        let found = bits.count_ones() as usize;
        for (number, (slots, quarter)) in list.as_chunks_mut::<16>().0.iter_mut().zip(quarters).enumerate() {
            // Two are always written, since the processor would guess wrongly whether one will do. Few blocks need a third.
            if number >= 2 && found <= number * 16 {
                break;
            }
            let positions = _mm512_add_epi32(_mm512_cvtepu8_epi32(quarter), first);
            // SAFETY: the slots are as long as the vector, and they need not be aligned.
            #[allow(unsafe_code)]
            unsafe {
                _mm512_storeu_si512(slots.as_mut_ptr().cast(), positions);
            }
        }
    }

    /// The compiler makes one load of it.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn vector(block: &[u8; 64]) -> __m512i {
        let (words, _) = block.as_chunks::<8>();
        let [a, b, c, d, e, f, g, h]: [i64; 8] = std::array::from_fn(|index| i64::from_le_bytes(words[index]));
        _mm512_set_epi64(h, g, f, e, d, c, b, a)
    }
}
