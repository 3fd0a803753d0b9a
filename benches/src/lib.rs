//! Speed against peers.
