//! How memory is asked for and given back.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

/// The system's allocator, which asks for large pages where a piece of memory is large.
///
/// Measured: a catalog of a million variants is a dozen columns that are filled once and then walked through. With pages of
/// 2 MB instead of 4 KB, and columns that make their room at once, the system fills 13,000 pages instead of 28,000, and an
/// emission takes a tenth less time. Linux gives such pages to who asks; elsewhere nothing is asked for.
pub struct LargePages;

/// From this size on, in bytes, large pages are asked for: at least one fits, wherever the memory begins.
const LARGE: usize = 1 << 22;

static SPARING: AtomicBool = AtomicBool::new(false);

// SAFETY: every call is the system allocator's; advice does not change what memory holds.
#[allow(unsafe_code)] // measured: see above
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        advised(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        advised(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as the caller promises.
        advised(unsafe { System.realloc(memory, layout, size) }, size)
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[inline]
fn advised(memory: *mut u8, size: usize) -> *mut u8 {
    if size >= LARGE && !memory.is_null() && !SPARING.load(Ordering::Relaxed) {
        advise(memory, size);
    }
    memory
}

#[cfg(target_os = "linux")]
#[allow(unsafe_code)] // measured: see above
fn advise(memory: *mut u8, size: usize) {
    const PAGE: usize = 4096;
    let skipped = memory.addr().next_multiple_of(PAGE) - memory.addr();
    // SAFETY: the range lies within memory that was just allocated, and the advice does not change it. If it is refused, as
    // where pages are larger, nothing is lost.
    unsafe {
        libc::madvise(memory.wrapping_add(skipped).cast(), (size - skipped) / PAGE * PAGE, libc::MADV_HUGEPAGE);
    }
}

#[cfg(not(target_os = "linux"))]
fn advise(_: *mut u8, _: usize) {}

/// Has memory spared rather than time, in a process that goes on: no large pages, of which the last one of each column is
/// partly empty, and large allocations given back to the system when they are freed.
///
/// The C library raises the size from which an allocation is a mapping of its own as large ones are freed. Those below it then
/// share one heap, which small ones that live on keep from shrinking: over 1,000 re-emissions of 100,000 variants the process
/// grew from 40 to 70 MB and back, without a leak. With the size fixed it stayed between 32 and 34 MB throughout.
pub fn spare() {
    SPARING.store(true, Ordering::Relaxed);
    give_back();
}

/// From this size on, an allocation is given back to the system when it is freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const OWN_MAPPING: libc::c_int = 256 * 1024;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)] // measured: see above
fn give_back() {
    // SAFETY: `mallopt` takes two plain numbers and only changes how later allocations are made; if it refuses them, nothing
    // changes, which is no error.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, OWN_MAPPING);
    }
}

/// Other systems' allocators are left as they are.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_back() {}
