//! The sure fixes of one text, made in it.

use std::sync::Arc;

use super::fix::{Edit, Fix};
use crate::source::Source;

/// A text in which fixes were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedText {
    /// The text as it was.
    pub source: Arc<Source>,
    /// The text with the fixes made.
    pub text: String,
    /// How many fixes were made.
    pub fixes: usize,
}

/// Makes those of these fixes that are sure, in the text with this name; `None` where there is none. Of two fixes that change or
/// touch the same place, the first is made.
pub fn make_sure_fixes<'a>(name: &str, fixes: impl Iterator<Item = &'a Fix>) -> Option<FixedText> {
    let (mut edits, mut made): (Vec<&Edit>, usize) = (vec![], 0);
    for fix in fixes.filter(|fix| fix.sure && fix.edits.iter().all(|edit| edit.source.name() == name)) {
        let overlaps = |edit: &Edit| edits.iter().any(|other| edit.overlaps(other));
        if !fix.edits.iter().any(overlaps) {
            edits.extend(&fix.edits);
            made += 1;
        }
    }
    edits.sort_by_key(|edit| edit.span);
    let source = Arc::clone(&edits.first()?.source);
    let text = edited(source.text(), &edits);
    Some(FixedText { source, text, fixes: made })
}

/// A text with edits made that are in the order of their places.
fn edited(text: &str, edits: &[&Edit]) -> String {
    let mut edited = String::with_capacity(text.len());
    let mut end = 0;
    for edit in edits {
        edited.push_str(text.get(end..edit.span.start).unwrap_or_default());
        edited.push_str(&edit.text);
        end = edit.span.end;
    }
    edited.push_str(text.get(end..).unwrap_or_default());
    edited
}
