//! A large file, read a stretch at a time.
//!
//! Where the system allows it, bytes are not copied but looked at where the system keeps them, through a mapping. Whoever cuts
//! the file meanwhile would end us by a signal, and whoever writes to it would change text that has been found sound. Linux can
//! rule that out: while a process holds a lease on a file, whoever opens it for writing must wait (`fcntl(2)`, "Leases"), and a
//! lease is had only on a file that nobody has open for writing. Who waits is let in by the system after a second at the
//! earliest: we ask before each stretch, which takes a thousandth of that, and then read no further. Where no lease is to be
//! had, where other machines could write past it, or where the file is small, bytes are copied.
//!
//! What is left: a process that is stopped for so long in the middle of a stretch, by a terminal or a debugger, while somebody
//! waits to cut the file, may end by a signal when it goes on. Nothing has been written then.
//!
//! Measured: an emission takes a twentieth to a tenth less time than with a copy, at a million variants (341 MB) and at 10,000.

use std::fs::File;
use std::ops::Deref;

use held::Held;

/// A file that is read.
pub struct Stretches<'f> {
    file: &'f File,
    held: Option<Held<'f>>,
}

/// Bytes of a file. The memory of a copy is used again for the next one.
#[derive(Default)]
pub struct Stretch<'s> {
    mapped: Option<&'s [u8]>,
    copy: Vec<u8>,
}

/// From this size on a file is worth the bother of a lease, in bytes.
const LARGE: usize = 1 << 20;

impl<'f> Stretches<'f> {
    /// Those of a file of this length.
    pub fn of(file: &'f File, length: usize) -> Self {
        Stretches { file, held: if length < LARGE { None } else { Held::of(file) } }
    }

    /// Reads so many bytes from a place on. `None` where the disk fails, the file is shorter, or somebody waits to write to it.
    pub fn read<'s>(&'s self, start: usize, length: usize, stretch: &mut Stretch<'s>) -> Option<()> {
        if let Some(held) = &self.held {
            stretch.mapped = Some(held.bytes(start, length)?);
            return Some(());
        }
        stretch.copy.resize(length, 0);
        read_at(self.file, &mut stretch.copy, start).ok()
    }
}

impl Deref for Stretch<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.mapped.unwrap_or(&self.copy)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: usize) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, at as u64)
}

#[cfg(windows)]
fn read_at(file: &File, mut buffer: &mut [u8], at: usize) -> std::io::Result<()> {
    let mut at = at as u64;
    while !buffer.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, buffer, at)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        (buffer, at) = (&mut buffer[read..], at + read as u64);
    }
    Ok(())
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[allow(unsafe_code)] // measured: see above
mod held {
    use std::fs::File;
    use std::os::fd::AsRawFd;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use memmap2::{Advice, Mmap, UncheckedAdvice};

    /// A file under a lease, and its mapping.
    pub struct Held<'f> {
        mapped: Mmap,
        /// Up to here, what was looked at has been let go again: as much memory as is mapped counts as ours.
        let_go: AtomicUsize,
        // Given back last.
        lease: Lease<'f>,
    }

    /// So much is let go at once at least and at most, in bytes: each time, all processors must be told.
    pub const LEAST: usize = 1 << 21;
    const MOST: usize = 1 << 24;
    /// Much while most of the file is to come, since what is made of it takes little memory then. Tests
    /// have small files, of which they let go more than the least as well.
    const OF_REST: usize = if cfg!(test) { 2 } else { 32 };

    impl<'f> Held<'f> {
        /// Takes a lease; `None` where there is none to be had.
        pub fn of(file: &'f File) -> Option<Self> {
            let lease = Lease::of(file)?;
            // SAFETY: nobody can write to the file while the lease is held; what happens when it is lost is said above.
            let mapped = unsafe { Mmap::map(file) }.ok()?;
            Some(Held { mapped, let_go: AtomicUsize::new(0), lease })
        }

        /// So many bytes from a place on; `None` where somebody waits to write, or where the disk fails.
        pub fn bytes(&self, start: usize, length: usize) -> Option<&[u8]> {
            if !self.lease.holds() {
                return None;
            }
            // The disk is read now, where it can fail: later on that would be a signal.
            self.mapped.advise_range(Advice::PopulateRead, start, length).ok()?;
            self.let_go_before(start);
            self.mapped.get(start..start.checked_add(length)?)
        }

        /// Lets go what lies well before a place. Whoever still looks at it finds the same bytes again.
        fn let_go_before(&self, place: usize) {
            let from = self.let_go.load(Ordering::Relaxed);
            let at_once = (self.mapped.len().saturating_sub(from) / OF_REST).clamp(LEAST, MOST) & !(LEAST - 1);
            let to = from + at_once;
            if place > to + LEAST && self.let_go.compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                // SAFETY: the bytes are the file's, which nobody can write to: what is let go is mapped anew where it is needed.
                let advised = unsafe { self.mapped.unchecked_advise_range(UncheckedAdvice::DontNeed, from, at_once) };
                // Nothing is lost if the system refuses.
                drop(advised);
            }
        }
    }

    struct Lease<'f>(&'f File);

    /// Sets the signal that tells the holder of a lease of somebody who waits: by default one that ends the process.
    const F_SETSIG: libc::c_int = 10;

    impl<'f> Lease<'f> {
        fn of(file: &'f File) -> Option<Self> {
            // `SIGURG` does nothing unless a process asks for it.
            let is_held = is_local(file)
                && control(file, F_SETSIG, libc::SIGURG) == 0
                && control(file, libc::F_SETLEASE, libc::F_RDLCK) == 0;
            is_held.then(|| Lease(file))
        }

        /// Whether nobody waits for it to be given back.
        fn holds(&self) -> bool {
            control(self.0, libc::F_GETLEASE, 0) == libc::F_RDLCK
        }
    }

    impl Drop for Lease<'_> {
        fn drop(&mut self) {
            control(self.0, libc::F_SETLEASE, libc::F_UNLCK);
        }
    }

    /// Whether only this machine can write to a file. What its file system is tells a number, as in `statfs(2)`.
    pub fn is_local(file: &File) -> bool {
        const EXT4: i64 = 0xef53;
        const XFS: i64 = 0x5846_5342;
        const BTRFS: i64 = 0x9123_683e;
        const TMPFS: i64 = 0x0102_1994;
        rustix::fs::fstatfs(file).is_ok_and(|system| [EXT4, XFS, BTRFS, TMPFS].contains(&system.f_type))
    }

    fn control(file: &File, command: libc::c_int, argument: libc::c_int) -> libc::c_int {
        // SAFETY: these commands take a plain number, and concern the file alone.
        unsafe { libc::fcntl(file.as_raw_fd(), command, argument) }
    }
}

/// Elsewhere there are no leases.
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod held {
    use std::fs::File;
    use std::marker::PhantomData;

    pub struct Held<'f>(PhantomData<&'f File>);

    impl<'f> Held<'f> {
        pub fn of(_: &'f File) -> Option<Self> {
            None
        }

        pub fn bytes(&self, _: usize, _: usize) -> Option<&[u8]> {
            None
        }
    }
}

#[cfg(test)]
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    /// Stretches that are mapped; `None` where the system has no leases for the file.
    fn mapped(file: &File, length: usize) -> Option<Stretches<'_>> {
        // Another test may be starting a process, which for a moment has open whatever we had.
        let tries = std::iter::repeat_with(|| Stretches::of(file, length)).take(1000);
        let mut held = tries.inspect(|_| std::thread::sleep(Duration::from_millis(1))).filter(|tried| tried.held.is_some());
        held::is_local(file).then(|| held.next().expect("a lease"))
    }

    fn file_of(length: usize) -> (tempfile::NamedTempFile, Vec<u8>) {
        let bytes: Vec<u8> = (0..length).map(|at| (at / 7 % 251) as u8).collect();
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(&bytes).expect("bytes");
        (file, bytes)
    }

    fn all(stretches: &Stretches<'_>, length: usize) -> Vec<u8> {
        let mut stretch = Stretch::default();
        let mut read = vec![];
        for start in (0..length).step_by(1_000_000) {
            stretches.read(start, (length - start).min(1_000_000), &mut stretch).expect("bytes");
            read.extend_from_slice(&stretch);
        }
        read
    }

    #[test]
    fn large_files_are_mapped_and_others_copied() {
        let length = 5 * held::LEAST + 12_345;
        let (written, bytes) = file_of(length);
        let file = File::open(written.path()).expect("a file");
        // We have it open for writing still.
        let copied = Stretches::of(&file, length);
        assert!(copied.held.is_none());
        assert!(all(&copied, length) == bytes);
        let path = written.into_temp_path();
        let Some(mapped) = mapped(&file, length) else { return };
        assert!(all(&mapped, length) == bytes);
        // What was let go is there again.
        assert!(all(&mapped, length) == bytes);
        assert!(Stretches::of(&file, LARGE - 1).held.is_none());
        drop(path);
    }

    #[test]
    fn who_would_write_waits_until_the_reader_has_let_go() {
        let (written, bytes) = file_of(LARGE);
        let path = written.into_temp_path();
        let file = File::open(&path).expect("a file");
        let Some(stretches) = mapped(&file, LARGE) else { return };
        let mut stretch = Stretch::default();
        stretches.read(1000, 1000, &mut stretch).expect("bytes");
        let (sender, receiver) = channel();
        let writer = std::thread::spawn({
            let path = path.to_path_buf();
            move || {
                let cut = File::create(path);
                sender.send(()).expect("a listener");
                cut.expect("a file")
            }
        });
        while stretches.read(1000, 1000, &mut stretch).is_some() {
            std::thread::sleep(Duration::from_millis(1));
        }
        // The file is still whole, and what was read stands.
        assert!(receiver.recv_timeout(Duration::from_millis(100)).is_err());
        assert!(file.metadata().expect("data").len() == LARGE as u64);
        assert!(stretch[..] == bytes[1000..2000]);
        drop(stretches);
        receiver.recv_timeout(Duration::from_secs(10)).expect("the writer goes on");
        writer.join().expect("a writer");
    }
}
