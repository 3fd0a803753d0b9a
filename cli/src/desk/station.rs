//! One reader on its own thread: it tells what comes, and reads a chip when it is ordered to, feeding the inspection while
//! it reads. A reader that was unplugged is opened again for a while.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use reader_drivers::chip::{LiveChip, capture_of};
use reader_drivers::{Cancel, MrzText, Reader, ReaderError, ReaderErrorKind, ReaderEvent, Registry};
use verifier_chip::access::pace::Password;
use verifier_chip::reading::{Listener, Progress, ReadFile};
use verifier_core::Inspection;
use verifier_core::capture::Device;

use crate::chip::progress::Bar;
use crate::chip::read::{Ending, Plan, Read};

/// Longest time between two looks whether there is an order or an end.
const TURN: Duration = Duration::from_millis(30);
/// Longest wait for an event where no chip waits.
const IDLE: Duration = Duration::from_millis(500);
/// Time between two tries to open a reader that was unplugged.
const AGAIN: Duration = Duration::from_millis(300);
/// Longest read of one chip: a genuine one takes seconds, a hostile one is left.
const LONGEST_READ: Duration = Duration::from_secs(180);

/// What a reader tells.
pub(crate) enum News {
    /// The text of a zone.
    Zone(MrzText),
    /// The same, put aside for this document.
    Text(Vec<String>),
    /// A bundle is complete there.
    Bundle(PathBuf),
    /// A chip answers and waits for its order, by number.
    Chip(u64),
    /// That chip left before it was read.
    ChipAway(u64),
    /// The read of a chip is over; the inspection has everything that came.
    ChipRead(Box<Read>),
    /// Something went wrong, and the reader goes on.
    Trouble(ReaderError),
    /// The reader was unplugged, and is opened again if it comes back.
    Unplugged(ReaderError),
    /// It came back.
    Back,
    /// It did not come back: there is no such reader any more.
    Lost(ReaderError),
}

impl News {
    /// Whether it announces this chip.
    pub(crate) const fn is_chip(&self, chip: u64) -> bool {
        matches!(self, Self::Chip(its) if *its == chip)
    }
}

/// News and whose they are.
pub(crate) struct Message {
    pub(crate) reader: usize,
    pub(crate) news: News,
}

/// The order to read a chip that waits.
pub(crate) struct Job {
    /// Which chip; another one that lies there by now is not read.
    pub(crate) chip: u64,
    pub(crate) inspection: Arc<Inspection>,
    pub(crate) password: Option<Password>,
}

/// What all readers of a desk share.
pub(crate) struct Common {
    pub(crate) plan: Plan,
    pub(crate) bar: Bar,
    /// How long a chip that was taken away, or a reader that was unplugged, is waited for.
    pub(crate) within: Duration,
    /// Name of the device in captures, where the chip reader is the only one.
    pub(crate) device: Option<String>,
    pub(crate) stop: AtomicBool,
}

/// One reader at work.
pub(crate) struct Station {
    number: usize,
    uri: String,
    reader: Box<dyn Reader>,
    common: Arc<Common>,
    news: Sender<Message>,
    orders: Receiver<Job>,
    chips: u64,
    waiting: Option<u64>,
}

impl Station {
    pub(crate) fn new(
        number: usize,
        uri: &str,
        reader: Box<dyn Reader>,
        common: Arc<Common>,
        news: Sender<Message>,
        orders: Receiver<Job>,
    ) -> Self {
        Self { number, uri: uri.to_owned(), reader, common, news, orders, chips: 0, waiting: None }
    }

    /// Ends a wait of the reader.
    pub(crate) fn canceller(&self) -> Cancel {
        self.reader.canceller()
    }

    /// Serves until the desk closes or the reader is lost. A driver that panics is a lost reader, never a desk that waits.
    pub(crate) fn serve(self) {
        let (number, uri, news) = (self.number, self.uri.clone(), self.news.clone());
        // Everything that the thread touches goes with it.
        if catch_unwind(AssertUnwindSafe(|| self.turns())).is_err() {
            let error = ReaderError::new(ReaderErrorKind::Protocol, uri).because("its driver failed");
            let _ = news.send(Message { reader: number, news: News::Lost(error) });
        }
    }

    fn turns(mut self) {
        while !self.common.stop.load(Ordering::Acquire) {
            let turn = match self.waiting {
                Some(chip) => self.order_or_event(chip),
                None => self.event(Instant::now() + IDLE),
            };
            if turn.is_break() {
                return;
            }
        }
    }

    /// Tells; breaks where nobody listens any more.
    fn tell(&self, news: News) -> ControlFlow<()> {
        match self.news.send(Message { reader: self.number, news }) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    fn order_or_event(&mut self, chip: u64) -> ControlFlow<()> {
        match self.orders.recv_timeout(TURN) {
            Ok(job) if job.chip == chip => self.read(job),
            // For a chip that is gone.
            Ok(_) => ControlFlow::Continue(()),
            Err(RecvTimeoutError::Timeout) => self.event(Instant::now()),
            Err(RecvTimeoutError::Disconnected) => ControlFlow::Break(()),
        }
    }

    fn event(&mut self, until: Instant) -> ControlFlow<()> {
        match self.reader.next_event(until) {
            Ok(Some(ReaderEvent::Mrz(text))) => self.tell(News::Zone(text)),
            Ok(Some(ReaderEvent::Bundle(path))) => self.tell(News::Bundle(path)),
            Ok(Some(ReaderEvent::Card(_))) => match self.reader.chip().map(drop) {
                Ok(()) => self.announce(),
                Err(error) => self.tell(News::Trouble(error)),
            },
            Ok(Some(ReaderEvent::CardRemoved)) => self.away(),
            Ok(_) => ControlFlow::Continue(()),
            Err(error) if *error.kind() == ReaderErrorKind::Cancelled => ControlFlow::Continue(()),
            Err(error) if error.is_recoverable() => {
                thread::sleep(TURN);
                self.tell(News::Trouble(error))
            }
            Err(error) => self.again(error),
        }
    }

    fn announce(&mut self) -> ControlFlow<()> {
        self.away()?;
        self.chips = self.chips.saturating_add(1);
        self.waiting = Some(self.chips);
        self.tell(News::Chip(self.chips))
    }

    fn away(&mut self) -> ControlFlow<()> {
        self.waiting.take().map_or(ControlFlow::Continue(()), |chip| self.tell(News::ChipAway(chip)))
    }

    /// Opens the reader again, as long as it is worth waiting for.
    fn again(&mut self, error: ReaderError) -> ControlFlow<()> {
        self.away()?;
        self.tell(News::Unplugged(error.clone()))?;
        let end = Instant::now() + self.common.within;
        while Instant::now() < end && !self.common.stop.load(Ordering::Acquire) {
            thread::sleep(AGAIN);
            if let Ok(reader) = Registry::standard().open(&self.uri) {
                self.reader = reader;
                return self.tell(News::Back);
            }
        }
        self.tell(News::Lost(error))?;
        ControlFlow::Break(())
    }

    fn read(&mut self, job: Job) -> ControlFlow<()> {
        let common = Arc::clone(&self.common);
        let taken_away = Arc::new(AtomicBool::new(false));
        let said = (Arc::clone(&taken_away), Arc::clone(&common));
        let mut link = LiveChip::new(&mut *self.reader, common.within).on_away(move || {
            said.0.store(true, Ordering::Release);
            let wait = said.1.within.as_secs();
            said.1.bar.say(format_args!("the document was taken away: put it back ({wait} s)"));
        });
        if link.announced().is_err() {
            drop(link);
            return self.away();
        }
        self.waiting = None;
        let feed = Feed { common: &common, inspection: &job.inspection, end: Instant::now() + LONGEST_READ };
        let read = common.plan.read(&mut link, job.password, &common.bar, feed);
        common.bar.end();
        drop(link);
        let mut capture = capture_of(&read.reading, read.began, common.plan.keep_session);
        if let Some(name) = &common.device {
            let mut device = Device::default();
            device.id = Some(name.clone());
            capture.device = Some(device);
        }
        job.inspection.put_capture(capture);
        let broke_off = !matches!(read.ending(), Ending::Whole | Ending::Lacking);
        self.tell(News::ChipRead(Box::new(read)))?;
        // What was put there instead of the one that was taken away is another document: its coming was seen by the read.
        if broke_off && taken_away.load(Ordering::Acquire) && self.reader.chip().is_ok() {
            return self.announce();
        }
        ControlFlow::Continue(())
    }
}

/// Gives every file to the inspection as soon as it is whole.
struct Feed<'a> {
    common: &'a Common,
    inspection: &'a Inspection,
    end: Instant,
}

impl Listener for Feed<'_> {
    fn block(&mut self, progress: Progress) -> ControlFlow<()> {
        self.common.bar.show(progress);
        if self.common.stop.load(Ordering::Acquire) || Instant::now() >= self.end {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn file(&mut self, file: ReadFile<'_>) {
        self.inspection.put_chip_file(&file.file.to_string(), file.bytes);
    }
}
