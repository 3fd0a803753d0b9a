//! The folder reader: a folder into which another program puts capture bundles.
//!
//! `folder:PATH[?poll_ms=200][&settle_ms=400][&existing=skip]`. A bundle is a folder with `capture.json` or a zip. It
//! is delivered once, when it is complete, in the order of arrival. The folder is polled, which works on every file
//! system, network shares included.

pub mod watch;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::cancel::{CANCEL_LATENCY, Cancel};
use crate::error::{ReaderError, ReaderErrorKind};
use crate::folder::watch::{Watch, scan};
use crate::reader::{Reader, ReaderEvent, ReaderFactory, ReaderInfo};
use crate::uri::ReaderUri;

/// Opens folder readers.
#[derive(Debug, Clone, Copy, Default)]
pub struct FolderFactory;

impl ReaderFactory for FolderFactory {
    fn scheme(&self) -> &'static str {
        "folder"
    }

    fn describe(&self) -> &'static str {
        "capture bundles put into a folder: folder:PATH[?poll_ms=200][&settle_ms=400][&existing=skip|take]"
    }

    fn list(&self) -> Result<Vec<ReaderInfo>, ReaderError> {
        Ok(Vec::new())
    }

    fn open(&self, uri: &ReaderUri) -> Result<Box<dyn Reader>, ReaderError> {
        Ok(Box::new(FolderReader::open(uri)?))
    }
}

/// A watched folder.
#[derive(Debug)]
pub struct FolderReader {
    info: ReaderInfo,
    path: PathBuf,
    poll: Duration,
    watch: Watch,
    ready: VecDeque<PathBuf>,
    last_scan: Option<Instant>,
    scans: u64,
    cancel: Cancel,
}

impl FolderReader {
    /// Starts to watch a folder.
    ///
    /// # Errors
    /// `InvalidUri`, `NotFound`, `Permission`, or `NotADevice` where the path is no folder.
    pub fn open(uri: &ReaderUri) -> Result<Self, ReaderError> {
        uri.allow(&["poll_ms", "settle_ms", "existing"])?;
        let poll = uri.number("poll_ms", 20..=60_000)?.unwrap_or(200);
        let settle = uri.number("settle_ms", 20..=600_000)?.unwrap_or(400);
        let skip = match uri.parameter("existing") {
            None | Some("take") => false,
            Some("skip") => true,
            Some(_) => return Err(uri.invalid("existing is take or skip")),
        };
        let path = PathBuf::from(uri.path());
        let meta = std::fs::metadata(&path).map_err(|error| ReaderError::from_io(&error, uri.to_string()))?;
        if !meta.is_dir() {
            return Err(uri.error(ReaderErrorKind::NotADevice).because("not a folder"));
        }
        let mut watch = Watch::new(Duration::from_millis(settle));
        if skip {
            watch.skip(&scan(&path, &watch).map_err(|error| error.at_reader(uri))?);
        }
        Ok(Self {
            info: ReaderInfo { uri: uri.clone(), description: "folder of capture bundles".to_owned() },
            path,
            poll: Duration::from_millis(poll),
            watch,
            ready: VecDeque::new(),
            last_scan: None,
            scans: 0,
            cancel: Cancel::new(),
        })
    }

    /// How often the folder was looked at; grows with time divided by `poll_ms`, not with the caller's eagerness.
    #[must_use]
    pub const fn scans(&self) -> u64 {
        self.scans
    }

    fn look(&mut self) -> Result<(), ReaderError> {
        let now = Instant::now();
        if self.last_scan.is_some_and(|last| now < last + self.poll) {
            return Ok(());
        }
        self.scans += 1;
        let seen = scan(&self.path, &self.watch).map_err(|error| error.at_reader(&self.info.uri))?;
        self.ready.extend(self.watch.observe(&seen, now).into_iter().map(|name| self.path.join(name)));
        self.last_scan = Some(Instant::now());
        Ok(())
    }
}

impl Reader for FolderReader {
    fn info(&self) -> &ReaderInfo {
        &self.info
    }

    fn next_event(&mut self, deadline: Instant) -> Result<Option<ReaderEvent>, ReaderError> {
        loop {
            if self.cancel.take() {
                return Err(self.info.uri.error(ReaderErrorKind::Cancelled));
            }
            self.look()?;
            if let Some(path) = self.ready.pop_front() {
                return Ok(Some(ReaderEvent::Bundle(path)));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            std::thread::sleep(left.min(CANCEL_LATENCY).min(self.poll));
        }
    }

    fn canceller(&self) -> Cancel {
        self.cancel.clone()
    }
}
