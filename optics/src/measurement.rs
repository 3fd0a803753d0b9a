//! What a measurement is: value, threshold, margin, regions and quality (BSI TR-03135-1 section 5.5; DESIGN 4).
//!
//! A measurement whose quality is not met carries no value: it can neither pass nor accuse a page.

use core::fmt;

/// The illumination that a picture was taken under (ICAO Doc 9303-2 appendix C, section C.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Light {
    /// Visible light, 400 to 700 nm.
    White,
    /// One near infrared wavelength, 850 to 950 nm.
    Infrared,
    /// Long-wave ultraviolet, 365 nm; the picture shows what luminesces.
    Ultraviolet,
}

impl Light {
    /// The name that the capture contract gives this light: `white`, `ir` or `uv`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Infrared => "ir",
            Self::Ultraviolet => "uv",
        }
    }
}

impl fmt::Display for Light {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A rectangle in pixels of one picture; origin top left, always inside the picture, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RectPx {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width, at least 1.
    pub width: u32,
    /// Height, at least 1.
    pub height: u32,
}

/// A rectangle in millimetres of the page; origin at the page's top left corner, rounded to 0.01 mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RectMm {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A place on the page that a measurement speaks of, in one light.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// The picture that `rect_px` counts in.
    pub light: Light,
    /// The place in that picture.
    pub rect_px: RectPx,
    /// The place on the page; `None` where the page's scale is unknown.
    pub rect_mm: Option<RectMm>,
    /// `true` for a place that missed the threshold, `false` for a place that was looked at.
    pub failing: bool,
}

/// Which rule the reported value belongs to: the one with the smallest margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Criterion {
    /// Median over one MRZ line of the blur-corrected contrast ratio infrared / visible.
    LineContrastRatio,
    /// Median over one MRZ line of the blur-corrected infrared print contrast signal.
    LineContrast,
    /// Contrast ratio infrared / visible of the worst single character.
    CharacterContrastRatio,
    /// Contrast ratio infrared / visible of the worst half millimetre of a stroke.
    StrokeContrastRatio,
    /// Blue ultraviolet brightness of the unprinted page, 0 (black) to 1 (full scale).
    PageBrightness,
    /// Brightness of the page between the device's dull (0) and bright (1) anchors.
    PageBrightnessCalibrated,
    /// Ultraviolet brightness of one region above that of the page around it.
    RegionBrightness,
}

impl Criterion {
    /// A stable name for reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LineContrastRatio => "line-contrast-ratio",
            Self::LineContrast => "line-contrast",
            Self::CharacterContrastRatio => "character-contrast-ratio",
            Self::StrokeContrastRatio => "stroke-contrast-ratio",
            Self::PageBrightness => "page-brightness",
            Self::PageBrightnessCalibrated => "page-brightness-calibrated",
            Self::RegionBrightness => "region-brightness",
        }
    }
}

/// Why a page could not be measured. A fault never accuses the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The picture of this light was not captured.
    ImageAbsent(Light),
    /// Too few pixels a millimetre to measure strokes.
    ResolutionTooLow(Light),
    /// No machine readable zone was found in the white picture.
    ZoneNotFound,
    /// The zone is covered by glare or over-exposed in this light.
    Saturated(Light),
    /// The picture is too dark to measure in.
    TooDark(Light),
    /// Noise hides what should be measured.
    Noisy(Light),
    /// Too soft to measure in.
    Blurred(Light),
    /// Two pictures do not show the same page in the same place.
    NotRegistered(Light),
    /// The picture shows the same as the white one: a copy of it, not another light.
    DuplicateOfWhite(Light),
    /// The picture does not look as if it was taken under this light (channels swapped).
    NotThisLight(Light),
    /// Too little unprinted page is visible.
    TooLittlePaper(Light),
    /// The print is so faded in this light that nothing can be said about its ink.
    PrintTooPale(Light),
}

impl Fault {
    /// A stable reason code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ImageAbsent(_) => "evidence.absent",
            Self::ResolutionTooLow(_) => "quality.resolution",
            Self::ZoneNotFound => "quality.zone-not-found",
            Self::Saturated(_) => "quality.saturated",
            Self::TooDark(_) => "quality.dark",
            Self::Noisy(_) => "quality.noise",
            Self::Blurred(_) => "quality.blur",
            Self::NotRegistered(_) => "quality.registration",
            Self::DuplicateOfWhite(_) => "quality.channel-duplicate",
            Self::NotThisLight(_) => "quality.channel-swapped",
            Self::TooLittlePaper(_) => "quality.no-paper",
            Self::PrintTooPale(_) => "quality.print-pale",
        }
    }

    /// The light that the fault lies in, where it lies in one.
    #[must_use]
    pub const fn light(self) -> Option<Light> {
        match self {
            Self::ImageAbsent(light)
            | Self::ResolutionTooLow(light)
            | Self::Saturated(light)
            | Self::TooDark(light)
            | Self::Noisy(light)
            | Self::Blurred(light)
            | Self::NotRegistered(light)
            | Self::DuplicateOfWhite(light)
            | Self::NotThisLight(light)
            | Self::TooLittlePaper(light)
            | Self::PrintTooPale(light) => Some(light),
            Self::ZoneNotFound => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ImageAbsent(light) => write!(f, "no {light} picture was captured"),
            Self::ResolutionTooLow(light) => write!(f, "the {light} picture has too few pixels a millimetre"),
            Self::ZoneNotFound => f.write_str("no machine readable zone found in the white picture"),
            Self::Saturated(light) => write!(f, "the {light} picture is over-exposed or covered by glare"),
            Self::TooDark(light) => write!(f, "the {light} picture is too dark"),
            Self::Noisy(light) => write!(f, "the {light} picture is too noisy"),
            Self::Blurred(light) => write!(f, "the {light} picture is too soft"),
            Self::NotRegistered(light) => write!(f, "the {light} picture cannot be laid over the white one"),
            Self::DuplicateOfWhite(light) => write!(f, "the {light} picture is a copy of the white one"),
            Self::NotThisLight(light) => write!(f, "the {light} picture was not taken under that light"),
            Self::PrintTooPale(light) => write!(f, "the print is too faded in the {light} picture"),
            Self::TooLittlePaper(light) => {
                write!(f, "too little unprinted page is visible in the {light} picture")
            }
        }
    }
}

/// Something that a reader of the measurement should know and that decides nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Note {
    /// The resolution was not given; the scale was taken from the page or the zone itself.
    ResolutionNotGiven,
    /// The resolution is below the 385 ppi that BSI TR-03135 asks of a reader. Carries pixels an inch.
    ResolutionBelowMinimum(f64),
    /// The given resolution contradicts the size of the print. Carries the given and the measured one, ppi.
    ResolutionContradicted(f64, f64),
    /// No page edge was found; the picture's frame was taken for the page.
    PageFillsFrame,
}

impl Note {
    /// A stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ResolutionNotGiven => "resolution.not-given",
            Self::ResolutionBelowMinimum(_) => "resolution.below-385-ppi",
            Self::ResolutionContradicted(..) => "resolution.contradicted",
            Self::PageFillsFrame => "page.fills-frame",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ResolutionNotGiven => f.write_str("the capture does not state the resolution"),
            Self::ResolutionBelowMinimum(ppi) => write!(f, "{ppi:.0} ppi is below the required 385 ppi"),
            Self::ResolutionContradicted(given, seen) => {
                write!(f, "the capture states {given:.0} ppi, the print measures {seen:.0} ppi")
            }
            Self::PageFillsFrame => {
                f.write_str("no page edge found; the whole picture is taken for the page")
            }
        }
    }
}

/// An auxiliary number that was measured on the way; decides nothing. Names are stable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fact {
    /// What it is, for example `mrz.pitch-mm`.
    pub name: &'static str,
    /// The number, rounded to 0.0001; the unit is part of the name.
    pub value: f64,
}

/// Whether the evidence was good enough to be measured at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// Measured.
    Met,
    /// Not measured, and why.
    NotMet(Fault),
}

/// What the numbers say. The core turns it into an outcome: unmeasured is undetermined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Reading {
    /// Measured and on the good side of the threshold.
    Meets,
    /// Measured and on the bad side of the threshold.
    Misses,
    /// The quality gate was not met.
    Unmeasured(Fault),
}

/// One measured property of the page.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Measurement {
    /// Which rule `value` and `threshold` belong to.
    pub criterion: Criterion,
    /// The measured value, rounded to 0.0001; `None` where the quality was not met.
    pub value: Option<f64>,
    /// What `value` is compared with.
    pub threshold: f64,
    /// -1 (far on the bad side) to +1 (far on the good side), 0 at the threshold and where unmeasured.
    pub margin: f64,
    /// Whether it could be measured.
    pub quality: Quality,
    /// Where it looked, and where it missed.
    pub regions: Vec<Region>,
    /// What else a reader should know.
    pub notes: Vec<Note>,
    /// Auxiliary numbers.
    pub facts: Vec<Fact>,
}

impl Measurement {
    /// What the numbers say; a value on the threshold itself misses it.
    pub fn reading(&self) -> Reading {
        match (self.quality, self.value) {
            (Quality::NotMet(fault), _) => Reading::Unmeasured(fault),
            (Quality::Met, Some(_)) if self.margin > 0.0 => Reading::Meets,
            (Quality::Met, _) => Reading::Misses,
        }
    }

    pub(crate) fn unmeasured(criterion: Criterion, threshold: f64, fault: Fault) -> Self {
        Self {
            criterion,
            value: None,
            threshold,
            margin: 0.0,
            quality: Quality::NotMet(fault),
            regions: Vec::new(),
            notes: Vec::new(),
            facts: Vec::new(),
        }
    }
}
