//! Paths inside a bundle: relative, downward, and the same on every system.

use crate::error::{Error, ErrorKind};

/// A path below the bundle's top, its components checked: no `..`, no root, no drive, no NUL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BundlePath {
    components: Vec<String>,
}

impl BundlePath {
    /// Parses a path written with `/`; `at` says where it is listed, for the error.
    pub(crate) fn parse(text: &str, at: &str) -> Result<Self, Error> {
        let refuse =
            |why| Err(Error::new(ErrorKind::OutsideBundle { at: at.to_owned(), file: text.to_owned(), why }));
        if text.len() > 4096 {
            return refuse("is longer than a path may be");
        }
        if text.contains('\0') {
            return refuse("holds a NUL");
        }
        if text.contains('\\') {
            return refuse("holds a backslash, write /");
        }
        if text.starts_with('/') {
            return refuse("is absolute");
        }
        let mut letters = text.chars();
        if letters.next().is_some_and(|c| c.is_ascii_alphabetic()) && letters.next() == Some(':') {
            return refuse("starts with a drive");
        }
        let components: Vec<String> =
            text.split('/').filter(|c| !c.is_empty() && *c != ".").map(str::to_owned).collect();
        if components.iter().any(|c| c == "..") {
            return refuse("leaves the bundle");
        }
        if components.is_empty() || text.ends_with('/') {
            return refuse("names no file");
        }
        Ok(Self { components })
    }

    /// Components from the top down; at least one.
    pub(crate) fn components(&self) -> &[String] {
        &self.components
    }

    /// The path with `/` between its components.
    pub(crate) fn text(&self) -> String {
        self.components.join("/")
    }

    /// True when `self` is a folder that `other` lies in.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        other.components.len() > self.components.len() && other.components.starts_with(&self.components)
    }
}

#[cfg(test)]
mod tests {
    use super::BundlePath;

    #[test]
    fn paths_that_could_leave_are_refused() {
        for bad in [
            "",
            ".",
            "/",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a/..",
            "C:x",
            "c:\\x",
            "a\\b",
            "a\0b",
            "a/",
            "//x",
        ] {
            assert!(BundlePath::parse(bad, "x").is_err(), "{bad:?}");
        }
        assert_eq!(BundlePath::parse("./chip//DG1.bin", "x").unwrap().text(), "chip/DG1.bin");
        assert_eq!(BundlePath::parse("..x", "x").unwrap().text(), "..x");
    }
}
