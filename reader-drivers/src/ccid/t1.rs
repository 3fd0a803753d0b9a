//! Block protocol T=1 (ISO/IEC 7816-3, section 11), the host's side, without I/O.
//!
//! A block is NAD, PCB, LEN, data and one check byte (exclusive or). I-blocks carry the APDU in pieces, R-blocks ask
//! for the next piece or the same again, S-blocks agree on sizes and time.

/// Longest data of a block.
pub const MAX_BLOCK: usize = 254;
/// Longest response that is put together from blocks.
const MAX_RESPONSE: usize = 65_538;
/// How often a block is repeated before the exchange is given up.
const TRIES: u8 = 3;

/// Kinds of a PCB that both sides send.
pub mod pcb {
    /// I-block: its sequence number.
    pub const SEQUENCE: u8 = 0x40;
    /// I-block: more of the same message follows.
    pub const MORE: u8 = 0x20;
    /// R-block.
    pub const R: u8 = 0x80;
    /// R-block: its sequence number.
    pub const R_SEQUENCE: u8 = 0x10;
    /// S-block request: start the numbers anew.
    pub const S_RESYNC: u8 = 0xC0;
    /// S-block request: this is the longest block that I take.
    pub const S_IFS: u8 = 0xC1;
    /// S-block request: I need more time.
    pub const S_WTX: u8 = 0xC3;
    /// Makes an S-block request an answer.
    pub const S_ANSWER: u8 = 0x20;
}

/// A block with its check byte.
#[must_use]
pub fn block(pcb: u8, data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(data.len()).unwrap_or(0);
    let mut block = vec![0x00, pcb, length];
    block.extend_from_slice(data);
    block.push(block.iter().fold(0, |xor, byte| xor ^ byte));
    block
}

/// PCB and data of a block whose length and check byte are right.
#[must_use]
pub fn parse(block: &[u8]) -> Option<(u8, &[u8])> {
    let [_, pcb, length, data @ .., _] = block else { return None };
    let whole = data.len() == usize::from(*length) && block.iter().fold(0, |xor, byte| xor ^ byte) == 0;
    whole.then_some((*pcb, data))
}

/// What the host does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Sends this block and feeds the answer to [`Host::receive`].
    Send(Vec<u8>),
    /// The response is whole.
    Done(Vec<u8>),
    /// The card does not keep to the protocol, or the line is too bad.
    Failed,
}

/// The host's side of the protocol with one card.
#[derive(Default)]
pub struct Host {
    sequence: bool,
    card_sequence: bool,
    card_size: usize,
    rest: Vec<u8>,
    response: Vec<u8>,
    last: Vec<u8>,
    tries: u8,
    /// An I-block is under way, and whether more pieces follow.
    under_way: Option<bool>,
}

impl Host {
    /// A card that was just reset and takes blocks of `card_size` bytes (IFSC; 32 where its answer to reset says
    /// nothing).
    #[must_use]
    pub fn new(card_size: usize) -> Self {
        Self { card_size: card_size.clamp(1, MAX_BLOCK), ..Self::default() }
    }

    /// The block that tells the card to send blocks of up to [`MAX_BLOCK`] bytes; its answer must be
    /// [`Host::is_size_answer`].
    #[must_use]
    pub fn offer_size() -> Vec<u8> {
        block(pcb::S_IFS, &[0xFE])
    }

    /// Whether this is the answer to [`Host::offer_size`].
    #[must_use]
    pub fn is_size_answer(answer: &[u8]) -> bool {
        parse(answer) == Some((pcb::S_IFS | pcb::S_ANSWER, &[0xFE]))
    }

    /// Begins to send a command.
    #[must_use]
    pub fn command(&mut self, apdu: &[u8]) -> Step {
        self.rest = apdu.to_vec();
        self.response.clear();
        self.tries = 0;
        self.next_piece()
    }

    /// Takes the card's answer.
    #[must_use]
    pub fn receive(&mut self, answer: &[u8]) -> Step {
        let Some((kind, data)) = parse(answer) else {
            return self.again(block(pcb::R | self.number() | 0x01, &[]));
        };
        match kind {
            _ if kind & 0x80 == 0 => self.information(kind, data),
            _ if kind & 0xC0 == pcb::R => self.receipt(kind),
            pcb::S_WTX if data.len() == 1 => self.answer(block(pcb::S_WTX | pcb::S_ANSWER, data)),
            pcb::S_IFS => match data {
                [size @ 1..=0xFE] => {
                    self.card_size = usize::from(*size);
                    self.answer(block(pcb::S_IFS | pcb::S_ANSWER, data))
                }
                _ => Step::Failed,
            },
            _ => Step::Failed,
        }
    }

    /// Sequence number that the card's next I-block must have, as an R-block carries it.
    const fn number(&self) -> u8 {
        if self.card_sequence { pcb::R_SEQUENCE } else { 0 }
    }

    fn next_piece(&mut self) -> Step {
        let piece: Vec<u8> = self.rest.drain(..self.card_size.min(self.rest.len())).collect();
        let more = !self.rest.is_empty();
        let number = if self.sequence { pcb::SEQUENCE } else { 0 };
        self.under_way = Some(more);
        self.tries = 0;
        self.last = block(number | if more { pcb::MORE } else { 0 }, &piece);
        Step::Send(self.last.clone())
    }

    fn information(&mut self, kind: u8, data: &[u8]) -> Step {
        let number = kind & pcb::SEQUENCE != 0;
        if number != self.card_sequence || self.under_way == Some(true) {
            return self.again(block(pcb::R | self.number() | 0x02, &[]));
        }
        if self.under_way.take().is_some() {
            self.sequence = !self.sequence;
        }
        self.card_sequence = !self.card_sequence;
        self.tries = 0;
        self.response.extend_from_slice(data);
        if self.response.len() > MAX_RESPONSE {
            return Step::Failed;
        }
        if kind & pcb::MORE != 0 {
            if data.is_empty() {
                return Step::Failed;
            }
            self.last = block(pcb::R | self.number(), &[]);
            return Step::Send(self.last.clone());
        }
        Step::Done(std::mem::take(&mut self.response))
    }

    fn receipt(&mut self, kind: u8) -> Step {
        let asks_next = (kind & pcb::R_SEQUENCE != 0) != self.sequence;
        match self.under_way {
            Some(true) if asks_next => {
                self.sequence = !self.sequence;
                self.next_piece()
            }
            _ => {
                let last = self.last.clone();
                self.again(last)
            }
        }
    }

    /// Sends a block in place of one that was lost, a few times at most.
    fn again(&mut self, block: Vec<u8>) -> Step {
        self.tries += 1;
        if self.tries > TRIES { Step::Failed } else { Step::Send(block) }
    }

    /// Answers a request of the card, which is no repetition but must not go on for ever.
    fn answer(&mut self, block: Vec<u8>) -> Step {
        self.tries = self.tries.saturating_add(1);
        if self.tries > 200 { Step::Failed } else { Step::Send(block) }
    }
}

/// IFSC of an answer to reset (first TA after T=1 was named), 32 where it says nothing; `None` where the card does not
/// offer T=1 or the answer is malformed.
#[must_use]
pub fn card_size(atr: &[u8]) -> Option<usize> {
    let (_, rest) = atr.split_first()?;
    let mut bytes = rest.iter().copied();
    let mut has = bytes.next()? >> 4;
    let mut protocol = None;
    let mut size = 32;
    let mut groups = 1;
    while has != 0 {
        let a = (has & 1 != 0).then(|| bytes.next());
        for _ in 0..(has >> 1 & 1) + (has >> 2 & 1) {
            bytes.next()?;
        }
        if let Some(a) = a
            && groups > 2
            && protocol == Some(1)
        {
            size = usize::from(a?);
            break;
        }
        if a == Some(None) {
            return None;
        }
        if has & 8 == 0 {
            break;
        }
        let d = bytes.next()?;
        protocol = Some(d & 0x0F);
        has = d >> 4;
        groups += 1;
    }
    (protocol == Some(1)).then_some(size.clamp(1, MAX_BLOCK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_blocks() {
        assert_eq!(hex::encode(Host::offer_size()), "00c101fe3e");
        assert!(Host::is_size_answer(&hex::decode("00e101fe1e").unwrap()));
        let mut host = Host::new(254);
        let Step::Send(sent) = host.command(&hex::decode("00a4040c07a0000002471001").unwrap()) else {
            panic!()
        };
        assert_eq!(hex::encode(sent), "00000c00a4040c07a000000247100153");
        assert_eq!(host.receive(&hex::decode("000002900092").unwrap()), Step::Done(vec![0x90, 0x00]));
        let Step::Send(sent) = host.command(&hex::decode("0084000008").unwrap()) else { panic!() };
        assert_eq!(hex::encode(sent), "0040050084000008c9");
    }

    #[test]
    fn sizes_of_answers_to_reset() {
        let size = |atr: &str| card_size(&hex::decode(atr).unwrap());
        assert_eq!(size("3b8f8001804f0ca0000003060300030000000068"), Some(32));
        assert_eq!(size("3b8180 31 fe 45 00".replace(' ', "").as_str()), Some(254));
        assert_eq!(size("3b00"), None);
        assert_eq!(size("3b"), None);
        assert_eq!(size("3bf0"), None);
    }
}
