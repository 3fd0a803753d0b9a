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
use verifier_chip::apdu::{Transceive, TransceiveError};
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
        let end = Instant::now() + LONGEST_READ;
        let feed = Feed { common: &common, inspection: &job.inspection, end };
        let mut bounded = Bounded { link: &mut link, stop: &common.stop, end };
        let read = common.plan.read(&mut bounded, job.password, &common.bar, feed);
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

/// A chip that is listened to for so long and no longer, in access, files and proofs alike.
struct Bounded<'a> {
    link: &'a mut dyn Transceive,
    stop: &'a AtomicBool,
    end: Instant,
}

impl Bounded<'_> {
    fn in_time(&self) -> Result<(), TransceiveError> {
        let over = self.stop.load(Ordering::Acquire) || Instant::now() >= self.end;
        if over {
            Err(TransceiveError::Driver("the read took too long and was ended".to_owned()))
        } else {
            Ok(())
        }
    }
}

impl Transceive for Bounded<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, TransceiveError> {
        self.in_time()?;
        self.link.transceive(command)
    }

    fn reset(&mut self) -> Result<(), TransceiveError> {
        self.in_time()?;
        self.link.reset()
    }

    fn max_command(&self) -> usize {
        self.link.max_command()
    }

    fn max_response(&self) -> usize {
        self.link.max_response()
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

#[cfg(test)]
mod unit {
    use verifier_chip::reading::{Channel, NoRandom, Request, read_document};

    use super::*;

    /// A chip that never says no and never comes to an end: more is always to be fetched, slowly.
    struct Endless(u32);

    impl Transceive for Endless {
        fn transceive(&mut self, _: &[u8]) -> Result<Vec<u8>, TransceiveError> {
            self.0 += 1;
            thread::sleep(Duration::from_millis(5));
            Ok(vec![0, 0x61, 0x10])
        }

        fn reset(&mut self) -> Result<(), TransceiveError> {
            Ok(())
        }

        fn max_response(&self) -> usize {
            258
        }
    }

    /// No block of a file ever comes from it, so that the listener is never asked; the read ends in time all the same.
    #[test]
    fn a_chip_that_answers_for_ever_is_left() {
        let began = Instant::now();
        let mut chip = Endless(0);
        let stop = AtomicBool::new(false);
        let end = began + Duration::from_millis(150);
        let mut bounded = Bounded { link: &mut chip, stop: &stop, end };
        let channel = Channel::new(&mut bounded).drawing(|_| Err(NoRandom));
        let reading = read_document(channel, &Request::new(None), |_: Progress| ControlFlow::Continue(()));
        assert!(reading.failure.is_some(), "{reading:?}");
        assert!(chip.0 < 60, "{} commands were sent in 150 ms", chip.0);
    }
}
