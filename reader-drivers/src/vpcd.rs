//! The socket protocol between a virtual card and vpcd (vsmartcard), without pcscd: we take vpcd's place.
//!
//! `vpcd:HOST:PORT`: we listen there and take the card that connects, one at a time. The port is 35963 by custom. The
//! protocol has no authentication: listen on a loopback address unless the network is your own. [`message`] is the
//! framing without I/O.

pub mod message;
pub mod reader;

use crate::error::ReaderError;
use crate::reader::{Reader, ReaderFactory, ReaderInfo};
use crate::uri::ReaderUri;
use crate::vpcd::reader::VpcdReader;

/// Opens sockets that virtual cards connect to.
#[derive(Debug, Clone, Copy, Default)]
pub struct VpcdFactory;

impl ReaderFactory for VpcdFactory {
    fn scheme(&self) -> &'static str {
        "vpcd"
    }

    fn describe(&self) -> &'static str {
        "virtual cards that connect to a socket: vpcd:HOST:PORT (vpcd:127.0.0.1:35963)"
    }

    fn list(&self) -> Result<Vec<ReaderInfo>, ReaderError> {
        Ok(Vec::new())
    }

    fn open(&self, uri: &ReaderUri) -> Result<Box<dyn Reader>, ReaderError> {
        uri.allow(&[])?;
        Ok(Box::new(VpcdReader::open(uri)?))
    }
}
