//! A policy narrowed to one category, for `chip check` and `optics check`.

use super::Policy;
use crate::{Category, RunMode, explain};

impl Policy {
    /// The same rules for one category; everything else becomes evaluatory. The name says so, and the hash is another:
    /// a verdict on a part never passes as one on the whole document.
    #[must_use]
    pub fn only(mut self, category: Category) -> Self {
        let elsewhere = |id: &str| explain(id).is_none_or(|info| info.category != category);
        for (id, mode) in &mut self.checks {
            if elsewhere(id.as_str()) {
                *mode = RunMode::Evaluatory;
            }
        }
        for group in &mut self.alternatives {
            if group.checks.iter().all(|id| elsewhere(id.as_str())) {
                group.mode = RunMode::Evaluatory;
            }
        }
        self.name = format!("{} ({} only)", self.name, category.as_str());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_category_counts_and_the_name_says_so() {
        let whole = Policy::frontline();
        let chip = whole.clone().only(Category::Electronic);
        assert_eq!(chip.name, "frontline (electronic only)");
        assert_ne!(chip.sha256(), whole.sha256());
        for (id, mode) in chip.modes() {
            let info = explain(id.as_str()).unwrap();
            let expected =
                if info.category == Category::Electronic { whole.mode(id) } else { RunMode::Evaluatory };
            assert_eq!(mode, expected, "{id}");
        }
        assert!(chip.modes().any(|(_, mode)| mode == RunMode::Mandatory));
    }
}
