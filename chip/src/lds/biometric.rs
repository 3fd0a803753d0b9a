//! Biometric templates of DG2, DG3 and DG4: the group template of ISO/IEC 7816-11 (CBEFF) and what stands in it.
//!
//! Two families of records are read: ISO/IEC 19794 of 2005 (`5F2E`) and ISO/IEC 39794 of 2019 (`7F2E`). Pictures
//! are found, not decoded: they stay where they are in the file, and only their first octets are looked at.

mod face;
mod finger;
mod group;
mod image_type;
mod iris;
mod octets;
mod record_39794;
mod wsq;

pub use face::{Face, Face19794, Face39794, FaceDetails, FeaturePoint};
pub use finger::{Finger, Finger19794, FingerDetails, FingerPosition};
pub use group::{BiometricHeader, RecordFormat, UnknownChoice};
pub use image_type::ImageType;
pub use iris::{Eye, Iris, Iris19794, IrisDetails};
pub use record_39794::{BlockVersion, ChoiceCode};
pub use wsq::WsqHeader;

pub(super) use face::read_faces;
pub(super) use finger::read_fingers;
pub(super) use iris::read_irises;
