//! Splits Rust text into code and string literals, so that a check of one is not fooled by the other.
//!
//! Both halves keep the line breaks and the length of the original in characters: what belongs to the other
//! half, and every comment, is blank. Line numbers therefore hold in both.

/// A Rust file, taken apart.
pub(crate) struct Source {
    /// The program without comments and without what stands in string literals.
    pub(crate) code: String,
    /// What stands in string literals.
    pub(crate) strings: String,
}

#[derive(Clone, Copy)]
enum Place {
    Code,
    Text,
    Nowhere,
}

/// Takes a Rust file apart.
pub(crate) fn split(content: &str) -> Source {
    let mut splitter = Splitter {
        chars: content.chars().collect(),
        at: 0,
        source: Source { code: String::with_capacity(content.len()), strings: String::with_capacity(content.len()) },
    };
    splitter.run();
    splitter.source
}

struct Splitter {
    chars: Vec<char>,
    at: usize,
    source: Source,
}

impl Splitter {
    fn run(&mut self) {
        while let Some(here) = self.peek(0) {
            match here {
                '/' if self.peek(1) == Some('/') => self.line_comment(),
                '/' if self.peek(1) == Some('*') => self.block_comment(),
                '"' => self.string(),
                'r' if !self.in_a_word() && self.raw_hashes().is_some() => self.raw_string(),
                '\'' => self.quote(),
                _ => self.take(1, Place::Code),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn take(&mut self, count: usize, place: Place) {
        for _ in 0..count {
            let Some(here) = self.peek(0) else { return };
            let blank = if here == '\n' { '\n' } else { ' ' };
            self.source.code.push(if matches!(place, Place::Code) { here } else { blank });
            self.source.strings.push(if matches!(place, Place::Text) { here } else { blank });
            self.at += 1;
        }
    }

    fn in_a_word(&self) -> bool {
        // `br"…"` is a raw string too; any other letter before `r` makes it part of a name.
        let before = self.at.checked_sub(1).and_then(|at| self.chars.get(at)).copied().unwrap_or(' ');
        before != 'b' && (before.is_alphanumeric() || before == '_')
    }

    fn raw_hashes(&self) -> Option<usize> {
        let hashes = self.chars[self.at + 1..].iter().take_while(|here| **here == '#').count();
        (self.peek(1 + hashes) == Some('"')).then_some(hashes)
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|here| here != '\n') {
            self.take(1, Place::Nowhere);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while let Some(here) = self.peek(0) {
            match (here, self.peek(1)) {
                ('/', Some('*')) => depth += 1,
                ('*', Some('/')) => depth -= 1,
                _ => {
                    self.take(1, Place::Nowhere);
                    continue;
                }
            }
            self.take(2, Place::Nowhere);
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.take(1, Place::Code);
        while let Some(here) = self.peek(0) {
            match here {
                '"' => return self.take(1, Place::Code),
                '\\' => self.take(2, Place::Text),
                _ => self.take(1, Place::Text),
            }
        }
    }

    fn raw_string(&mut self) {
        let hashes = self.raw_hashes().unwrap_or(0);
        self.take(2 + hashes, Place::Code);
        while let Some(here) = self.peek(0) {
            if here == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                return self.take(1 + hashes, Place::Code);
            }
            self.take(1, Place::Text);
        }
    }

    /// A character (`'x'`, `'\n'`, `'\u{4e2d}'`) or a lifetime.
    fn quote(&mut self) {
        if self.peek(1) == Some('\\') {
            self.take(3, Place::Nowhere);
            while self.peek(0).is_some_and(|here| here != '\'') {
                self.take(1, Place::Nowhere);
            }
            self.take(1, Place::Nowhere);
        } else if self.peek(2) == Some('\'') {
            self.take(3, Place::Nowhere);
        } else {
            self.take(1, Place::Code);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &str, code: &str, strings: &str) {
        let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let source = split(content);
        assert_eq!(squeeze(&source.code), code);
        assert_eq!(squeeze(&source.strings), strings);
        assert_eq!(source.code.chars().count(), content.chars().count());
        assert_eq!(source.strings.lines().count(), content.lines().count());
    }

    #[test]
    fn strings_and_comments_are_not_code() {
        check("let a = \"b \\\" c\"; // d \"e\"", "let a = \" \";", "b \\\" c");
        check("f(r#\"SELECT \"x\"\nFROM y\"#, 1)", "f(r#\" \"#, 1)", "SELECT \"x\" FROM y");
        check("/* a /* b */ \"c\" */ d", "d", "");
        check("for \"企业\" r", "for \" \" r", "企业");
    }

    #[test]
    fn a_quote_may_be_a_character_or_a_lifetime() {
        check("x('\"', '\\'', '\\u{4e2d}') \"s\"", "x( , , ) \" \"", "s");
        check("fn f<'a>(x: &'a str) { g(\"s\") }", "fn f<'a>(x: &'a str) { g(\" \") }", "s");
    }
}
