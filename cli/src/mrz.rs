//! Machine readable zones as the program reads and shows them: documents in, one record or one picture each out.

pub(crate) mod input;
pub(crate) mod picture;
pub(crate) mod record;
