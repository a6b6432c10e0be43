//! A file that an emission writes.

use std::io::Write;
use std::path::PathBuf;

/// A file that an emission writes: what it is, where it belongs, and its content.
pub struct Artifact<'a> {
    /// What it is.
    pub kind: ArtifactKind,
    /// Where it belongs.
    pub path: PathBuf,
    /// Its content.
    pub content: ContentWriter<'a>,
}

/// Writes the content of a file into a writer, the same bytes each time that it is called: it is called once to compare them with
/// the file that is there, and once more where that holds others. So a feed of a million SKUs is never held in memory.
pub type ContentWriter<'a> = Box<dyn Fn(&mut dyn Write) -> std::io::Result<()> + Send + Sync + 'a>;

/// A writer of these bytes.
pub fn bytes<'a>(bytes: Vec<u8>) -> ContentWriter<'a> {
    Box::new(move |out| out.write_all(&bytes))
}

/// What a file of an emission is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArtifactKind {
    /// The list of quantities.
    Quantities,
    /// The feed, or one of its files.
    Feed,
    /// The inventory file.
    InventoryFile,
    /// The adjustments for Shopify.
    Adjustments,
}

impl ArtifactKind {
    /// Those that hold quantities which were sent: by them it is known what Amazon has.
    pub const WITH_QUANTITIES: [ArtifactKind; 3] = [ArtifactKind::Quantities, ArtifactKind::Feed, ArtifactKind::InventoryFile];

    /// Its name, in words.
    pub fn as_str(self) -> &'static str {
        match self {
            ArtifactKind::Quantities => "quantities",
            ArtifactKind::Feed => "feed",
            ArtifactKind::InventoryFile => "inventory file",
            ArtifactKind::Adjustments => "adjustments",
        }
    }
}
