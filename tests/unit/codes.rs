//! Every code of a diagnostic has an explanation.

use crate::diagnostic::Code;
use crate::report::codes;

#[test]
fn every_code_is_explained_once() {
    let explained: Vec<String> = codes::all().into_iter().map(|each| each.code).collect();
    assert_eq!(explained, Code::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>());
}
