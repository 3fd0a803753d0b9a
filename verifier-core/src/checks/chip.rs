//! The chip: passive authentication, its chain, and the protocols that prove the chip itself (TR-03135-1 5.8).

mod aa_answer;
mod access_downgrade;
mod ca_new_keys;
mod com_matches_sod;
mod common;
mod dg2_portrait;
mod issuer_chain;
mod issuer_state;
mod issuer_validity;
mod pace_cam_mapping;
mod signer_document_type;
mod signer_revocation;
mod signer_validity;
mod sod_hash;
mod sod_signature;
mod sod_structure;

use crate::engine::entry::Entry;

pub(crate) use com_matches_sod::groups as com_groups;
pub(crate) use issuer_state::judge_with as state_with;

pub(super) static ENTRIES: [&Entry; 30] = [
    &sod_structure::ENTRY,
    &sod_signature::ENTRY,
    &sod_hash::DG1,
    &sod_hash::DG2,
    &sod_hash::DG3,
    &sod_hash::DG4,
    &sod_hash::DG5,
    &sod_hash::DG6,
    &sod_hash::DG7,
    &sod_hash::DG8,
    &sod_hash::DG9,
    &sod_hash::DG10,
    &sod_hash::DG11,
    &sod_hash::DG12,
    &sod_hash::DG13,
    &sod_hash::DG14,
    &sod_hash::DG15,
    &sod_hash::DG16,
    &dg2_portrait::ENTRY,
    &com_matches_sod::ENTRY,
    &issuer_chain::ENTRY,
    &issuer_validity::ENTRY,
    &issuer_state::ENTRY,
    &signer_validity::ENTRY,
    &signer_document_type::ENTRY,
    &signer_revocation::ENTRY,
    &access_downgrade::ENTRY,
    &aa_answer::ENTRY,
    &ca_new_keys::ENTRY,
    &pace_cam_mapping::ENTRY,
];
