//! All factories of a program, looked up by the scheme of a URI.

use crate::ccid::CcidFactory;
use crate::error::{ReaderError, ReaderErrorKind};
use crate::folder::FolderFactory;
use crate::pn532::Pn532Factory;
use crate::reader::{Reader, ReaderFactory, ReaderInfo};
use crate::serial::SerialFactory;
use crate::session::replay::ReplayFactory;
use crate::uri::ReaderUri;
use crate::vpcd::VpcdFactory;

/// The factories that a program offers.
pub struct Registry {
    factories: Vec<Box<dyn ReaderFactory>>,
}

impl Registry {
    /// No factory at all.
    #[must_use]
    pub fn empty() -> Self {
        Self { factories: Vec::new() }
    }

    /// Every factory that is built in, with the framing profiles that are compiled in.
    #[must_use]
    pub fn standard() -> Self {
        let mut registry = Self::empty();
        registry.add(FolderFactory);
        registry.add(SerialFactory::default());
        registry.add(Pn532Factory);
        registry.add(CcidFactory);
        #[cfg(feature = "pcsc")]
        registry.add(crate::pcsc::PcscFactory);
        registry.add(VpcdFactory);
        registry.add(ReplayFactory::default());
        registry
    }

    /// Adds a factory; it takes the place of one with the same scheme.
    pub fn add(&mut self, factory: impl ReaderFactory + 'static) {
        self.factories.retain(|old| old.scheme() != factory.scheme());
        self.factories.push(Box::new(factory));
    }

    /// The factories, in the order they were added.
    pub fn factories(&self) -> impl Iterator<Item = &dyn ReaderFactory> {
        self.factories.iter().map(AsRef::as_ref)
    }

    /// Every reader that every factory finds. A factory that cannot be asked gives its error and does not hide the
    /// others.
    #[must_use]
    pub fn list(&self) -> (Vec<ReaderInfo>, Vec<ReaderError>) {
        let (mut found, mut errors) = (Vec::new(), Vec::new());
        for factory in self.factories() {
            match factory.list() {
                Ok(readers) => found.extend(readers),
                Err(error) => errors.push(error),
            }
        }
        (found, errors)
    }

    /// Opens the reader that `uri` names.
    ///
    /// # Errors
    /// `InvalidUri`, `UnsupportedScheme` naming the schemes that are known, or what the factory's `open` gives.
    pub fn open(&self, uri: &str) -> Result<Box<dyn Reader>, ReaderError> {
        let uri: ReaderUri = uri.parse()?;
        self.open_uri(&uri)
    }

    /// Opens the reader of a parsed URI.
    ///
    /// # Errors
    /// As [`Registry::open`].
    pub fn open_uri(&self, uri: &ReaderUri) -> Result<Box<dyn Reader>, ReaderError> {
        match self.factories().find(|factory| factory.scheme() == uri.scheme()) {
            Some(factory) => factory.open(uri),
            None => {
                let known: Vec<_> = self.factories().map(ReaderFactory::scheme).collect();
                let hint = if uri.scheme() == "pcsc" { "this build lacks the feature `pcsc`; " } else { "" };
                Err(uri
                    .error(ReaderErrorKind::UnsupportedScheme)
                    .because(format!("{hint}known schemes: {}", known.join(", "))))
            }
        }
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::standard()
    }
}
