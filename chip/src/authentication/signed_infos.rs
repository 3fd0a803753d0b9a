//! Security infos that somebody signed, whichever file they came in.

use super::Bound;
use crate::lds::Dg14;
use crate::lds::dg14::SecurityInfos;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Bound<super::Dg14> {}
    impl Sealed for super::Bound<super::SecurityInfos> {}
}

/// A bound DG14, or the bound security infos of EF.CardSecurity; nothing else can be one.
pub trait SignedInfos: sealed::Sealed {
    /// The security infos.
    fn security_infos(&self) -> &SecurityInfos;
}

impl SignedInfos for Bound<Dg14> {
    fn security_infos(&self) -> &SecurityInfos {
        &self.security_infos
    }
}

impl SignedInfos for Bound<SecurityInfos> {
    fn security_infos(&self) -> &SecurityInfos {
        self
    }
}
