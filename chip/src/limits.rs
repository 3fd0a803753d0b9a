//! Caps that bound the work one document or one list can cause.

/// Upper bounds; all in octets or counts. `Limits::default()` suits documents and national lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Largest EF.SOD.
    pub sod: usize,
    /// Largest data group.
    pub data_group: usize,
    /// Certificates looked at inside one EF.SOD.
    pub certificates: usize,
    /// Signer infos looked at inside one EF.SOD.
    pub signers: usize,
    /// Issuer candidates tried for one certificate.
    pub candidates: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { sod: 256 * 1024, data_group: 4 * 1024 * 1024, certificates: 16, signers: 8, candidates: 64 }
    }
}
