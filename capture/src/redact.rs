//! A capture without its holder, for a defect report or a training set.

use crate::capture::Capture;
use crate::content::Content;

/// Chip files that say nothing of the holder. EF.SOD is among them with a reservation: its hashes can confirm
/// a guess at DG1, and it tells one document from another.
const KEPT: [&str; 6] = ["EF.COM", "EF.SOD", "EF.CardAccess", "EF.ATR/INFO", "EF.DIR", "DG14"];

impl Capture {
    /// A copy with its structure and without personal data: MRZ, VIZ, pixels, portrait, data groups other than
    /// DG14, APDU log, session, challenges and responses are dropped. Images keep light, resolution and
    /// processing over empty content, authentication entries keep protocol, status word and time.
    ///
    /// What is left is pseudonymous, not anonymous: EF.SOD and DG14 are unique to a document.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let mut copy = self.clone();
        copy.mrz = None;
        copy.viz.clear();
        for image in &mut copy.images {
            image.data = Content::from(Vec::new());
        }
        if let Some(chip) = &mut copy.chip {
            chip.files.retain(|name, _| KEPT.contains(&name.as_str()));
            for entry in &mut chip.authentication {
                entry.challenge = None;
                entry.response = None;
            }
            chip.apdu_log = None;
            chip.session = None;
            chip.portrait = None;
        }
        copy
    }
}
