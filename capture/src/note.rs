//! Notes: what a bundle says that nobody here understands, and what was probably meant.

use std::fmt;

/// Code of the note on a field that the schema does not know.
pub const UNKNOWN_FIELD: &str = "capture.unknown-field";
/// Code of the note on a name (of a light or a protocol) that is one slip away from a known one.
pub const UNKNOWN_VALUE: &str = "capture.unknown-value";

/// A remark on a bundle that is no error: the rest of it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Note {
    /// [`UNKNOWN_FIELD`] or [`UNKNOWN_VALUE`].
    pub code: &'static str,
    /// Where in `capture.json`, for example `images[0].lihgt`.
    pub path: String,
    /// The known name that is nearest, if one is near enough to have been meant.
    pub nearest: Option<String>,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.code == UNKNOWN_FIELD { "unknown field" } else { "unknown name in" };
        write!(f, "{}: {what} {}", self.code, self.path.escape_debug())?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean \"{nearest}\"?"),
            None => Ok(()),
        }
    }
}

/// The name in `known` with the smallest edit distance to `name` (insert, delete, replace, swap of
/// neighbours; case does not count), if that is at most a third of its length rounded up.
#[must_use]
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    // A name much longer than any known one is no slip; this also bounds the work.
    let name: Vec<char> = name.chars().take(65).flat_map(char::to_lowercase).collect();
    if name.is_empty() || name.len() > 64 {
        return None;
    }
    known
        .iter()
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            let distance = edit_distance(&name, &letters);
            (distance <= letters.len().div_ceil(3)).then_some((distance, *candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance, three rows at a time.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], k: usize| row.get(k).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{edit_distance, nearest};

    #[test]
    fn distances_are_those_of_the_textbook() {
        let d =
            |a: &str, b: &str| edit_distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(d("", ""), 0);
        assert_eq!(d("light", ""), 5);
        assert_eq!(d("lihgt", "light"), 1);
        assert_eq!(d("kitten", "sitting"), 3);
        assert_eq!(d("ppi", "dpi"), 1);
    }

    #[test]
    fn the_nearest_name_is_one_that_may_have_been_meant() {
        assert_eq!(nearest("lihgt", &["page", "light", "file"]), Some("light"));
        assert_eq!(nearest("DPI", &["page", "ppi"]), Some("ppi"));
        assert_eq!(nearest("weather", &["page", "light", "file"]), None);
        assert_eq!(nearest("", &["page"]), None);
        assert_eq!(nearest(&"x".repeat(1 << 20), &["page"]), None);
    }
}
