//! Every limit that a measurement is held against, with where it comes from.
//!
//! Sources: \[9303\] ICAO Doc 9303, \[TR\] BSI TR-03135-1, \[worn\] levels modelled and measured on worn
//! pages: infrared contrast 0.50 to 0.87 with carbon ink, 0.21 to 0.36 with dye; ultraviolet blue of blank
//! paper, leak included, 0.07 to 0.12 dull, 0.16 to 0.19 dull with ambient light, 0.10 to 0.18 laundered,
//! 0.31 to 0.60 with optical brightener. \[own\] chosen here, between those levels.

/// Minimum resolution of a reader, ppi \[TR section 4.1.6; 9303-2 appendix C\].
pub const MINIMUM_PPI: f64 = 385.0;
/// Below this a 0.35 mm stroke is under 2.5 pixels and its contrast is no longer measurable, ppi \[own\].
pub const MEASURABLE_PPI: f64 = 175.0;
/// A stated resolution that is this far from the print's own pitch is contradicted \[own; 9303-3 section 4.4
/// fixes the pitch\].
pub const SCALE_CONTRADICTION: f64 = 0.06;
/// How far a page outline's proportions may be from a standard size \[own; 9303-4 allows 0.75 mm\].
pub const PROPORTION_TOLERANCE: f64 = 0.02;
/// Least confidence of a located machine readable zone \[own\].
pub(crate) const ZONE_CONFIDENCE: f64 = 0.25;

/// Detail weaker than this (full scale 1) counts as background and not as text \[own\].
pub(crate) const BACKGROUND_DETAIL: f32 = 0.05;
/// Background structure weaker than this says nothing \[own\].
pub(crate) const BACKGROUND_STRUCTURE: f32 = 0.0015;
/// A copy's background follows the white one's at least this well \[own\].
pub(crate) const COPY_BACKGROUND: f32 = 0.85;
/// A copy follows the white picture as a whole at least this well \[own\].
pub(crate) const COPY_ALL: f32 = 0.93;
/// From here on it is a copy whatever the background says \[own\].
pub(crate) const COPY_EXACT: f32 = 0.995;
/// A copy's coarse structure follows the white one's at least this well \[own\].
pub(crate) const COPY_COARSE: f32 = 0.9;
/// Where noise hides the background (a dark copy), all structure and the coarse one together must follow this
/// well \[own; a dull page without overprint reaches 0.99 and 0.96, copies 0.99 and 0.999\].
pub(crate) const COPY_NEARLY: f32 = 0.98;
/// The coarse part of that.
pub(crate) const COPY_COARSE_NEARLY: f32 = 0.985;
/// Mean difference of the largest and smallest channel above which a picture is in colour \[own\].
pub(crate) const INFRARED_COLOUR: f32 = 0.06;

/// Line median of infrared over visible contrast that carbon ink reaches \[9303-3 section 4.11 asks print
/// contrast 0.6 in B900 of a measuring instrument; the ratio is what a reader's softer optics leave of it\].
pub const LINE_CONTRAST_RATIO: f64 = 0.6;
/// Blur-corrected infrared print contrast that a line must keep: midway between worn carbon ink (0.50 and
/// more) and dye (0.36 and less) \[worn\]. The 0.6 of the standard holds for new print under an instrument.
pub const LINE_CONTRAST: f64 = 0.43;
/// Visible print paler than this leaves the infrared print no room to show carbon ink; then nothing is said \[own\].
pub(crate) const PALE_PRINT: f32 = 0.45;
/// The same ratio for a single character, which wears and soils more unevenly than a line \[own; worn\].
pub const CHARACTER_CONTRAST_RATIO: f64 = 0.5;
/// The same ratio for half a millimetre of a stroke: carbon print kept 0.77 and more on every worn page that was
/// painted or rendered, a stroke added in dye 0.09 to 0.35 \[own\].
pub const STROKE_CONTRAST_RATIO: f64 = 0.3;
/// An altered character lies this many robust deviations below its line \[optical-checks: 4 MAD\].
pub(crate) const CHARACTER_DEVIATIONS: f32 = 4.0;
/// Darkest paper in the infrared picture that can be measured on \[own; paper reflects 0.8 to 0.93\].
pub(crate) const INFRARED_PAPER: f32 = 0.2;
/// Share of saturated samples from which paper counts as saturated \[own\].
pub(crate) const SATURATED_SHARE: f32 = 0.5;
/// A cell with this much more saturation than its line is covered by glare \[own\].
pub(crate) const GLARE_SHARE: f32 = 0.3;
/// On saturated paper something on the page must be darker than this, or everything is over-exposed \[own\].
pub(crate) const DARK_SOMEWHERE: f32 = 0.6;
/// Largest noise against the paper level \[own\].
pub(crate) const NOISE: f32 = 0.12;
/// Softest infrared picture, standard deviation of the point spread in mm \[own; measured 0.24\].
pub(crate) const INFRARED_BLUR_MM: f32 = 0.6;
/// Weakest visible print that the infrared one can be compared with \[own\].
pub(crate) const VISIBLE_CONTRAST: f32 = 0.25;

/// Blue ultraviolet level of unprinted paper that only brightened paper exceeds \[worn: midway between 0.19
/// and 0.31\].
pub const PAGE_BRIGHTNESS: f64 = 0.25;
/// The same between a device's dull (0) and bright (1) anchors; laundering adds up to 0.22 \[facts on
/// materials: 0.05 to 0.22 of office paper\].
pub const PAGE_BRIGHTNESS_CALIBRATED: f64 = 0.38;
/// How much brighter than the page around it a region may be \[own: twice the spread of dull paper with
/// and without ambient light; a patch of brightened paper adds 0.2 and more\].
pub const REGION_BRIGHTNESS: f64 = 0.08;
/// On a bright page a region must stand out by this share of the page's own level \[own: printed areas are
/// normalised by their tone, which is not exact\].
pub(crate) const REGION_SHARE: f32 = 0.45;
/// Leak of visible light that the levels above already contain \[own\].
pub(crate) const LEAK_INCLUDED: f32 = 0.06;
/// Most leak that is believed; more is brightness \[worn: ambient light adds 0.09\].
pub(crate) const LEAK_MOST: f32 = 0.09;
/// Smallest bright region that accuses, square millimetres \[own\].
pub(crate) const REGION_AREA_MM2: f32 = 60.0;
/// A grey ultraviolet picture brighter than this was not taken under ultraviolet light \[own: brightened
/// paper is blue and reaches 0.60\].
pub(crate) const ULTRAVIOLET_GREY: f32 = 0.62;
/// Largest noise of the ultraviolet picture at four samples a millimetre \[own\].
pub(crate) const ULTRAVIOLET_NOISE: f32 = 0.04;
/// Smallest range of levels of an ultraviolet picture in which a lit page is seen: 4 of 255 \[own; leak and
/// overprint of the measured specimen span 80 and more\].
pub(crate) const ULTRAVIOLET_RANGE: f32 = 0.016;
