//! What a shell would act on in a text, where whoever only splits it into words does not.

/// The first sign in a text that a POSIX shell would act on, in words for a message: an operator, a variable, a pattern, `~`, a
/// setting before the program's name, a second line.
pub fn sign(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some((name, _)) = text.split_once('=').filter(|(name, _)| is_name(name)) {
        return Some(format!("`{name}=`"));
    }
    let mut quote = None;
    let mut begins_word = true;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let begins = std::mem::replace(&mut begins_word, false);
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if c == open => quote = None,
            (Some('\''), _) => {}
            // What stands behind a backslash is itself.
            (_, '\\') => rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..],
            (_, '`') => return Some("a backquote".to_owned()),
            (_, '$') => {
                if let Some(variable) = variable(rest) {
                    return Some(format!("`${variable}`"));
                }
            }
            (Some(_), _) => {}
            (None, '#') if begins => rest = rest.find('\n').map_or("", |end| &rest[end..]),
            (None, ';' | '|' | '&' | '<' | '>' | '(' | ')') => {
                let more: String = rest.chars().take_while(|next| ";|&<>()".contains(*next)).collect();
                return Some(format!("`{c}{more}`"));
            }
            (None, '*' | '?') => return Some(format!("`{c}`")),
            (None, '~') if begins => return Some("`~`".to_owned()),
            // Not what ends a line with nothing but a comment.
            (None, '\n') if rest.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) => {
                return Some("its second line".to_owned());
            }
            (None, _) => begins_word = c.is_whitespace(),
        }
    }
    None
}

/// Whether a text is a name as shells have them.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What a `$` begins, without the `$`; nothing where it stands for itself.
fn variable(rest: &str) -> Option<String> {
    match rest.chars().next()? {
        '(' => Some("(…)".to_owned()),
        '{' => Some(rest.split_inclusive('}').next()?.to_owned()),
        c if c.is_ascii_alphabetic() || c == '_' => {
            Some(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect())
        }
        c if c.is_ascii_digit() || "@*#?-$!".contains(c) => Some(c.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::sign;

    #[test]
    fn what_a_shell_would_act_on_is_found() {
        let found = [
            ("./a.sh && ./b.sh", "`&&`"),
            ("./a.sh; ./b.sh", "`;`"),
            ("cat >> log", "`>>`"),
            ("./a.sh | tee log", "`|`"),
            ("./a.sh $HOME/key", "`$HOME`"),
            ("./a.sh \"${HOME}\"", "`${HOME}`"),
            ("./a.sh \"$(date)\"", "`$(…)`"),
            ("./a.sh $1", "`$1`"),
            ("./a.sh `date`", "a backquote"),
            ("~/bin/upload", "`~`"),
            ("./a.sh --key ~/key", "`~`"),
            ("./a.sh *.csv", "`*`"),
            ("TOKEN=x ./a.sh", "`TOKEN=`"),
            ("./a.sh\n./b.sh\n", "its second line"),
            ("./a.sh # first\n# then\n./b.sh", "its second line"),
            ("./a.sh 'x' $y", "`$y`"),
        ];
        for (text, expected) in found {
            assert_eq!(sign(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_a_shell_would_only_split_is_not() {
        let texts = [
            "./a.sh --fast 'two words' a\\;b",
            "./a.sh '$HOME' \"it's\" \\$x \"\\$x\" '`'",
            "./a.sh # $x; and more\n",
            "./a.sh --since=today a~b #1 $ 5$",
            "\"a;b\" '|' \"&\" \"*\" \"~\"",
            "# only ; this",
            "./a.sh a#b \\\n  --more",
        ];
        for text in texts {
            assert_eq!(sign(text), None, "{text}");
        }
    }
}
