//! JPEG 2000 (ISO/IEC 15444-1), judged by its headers before a decoder sees it: boxes, sizes, tiles, coding styles.
//!
//! Everything that a decoder would allocate or walk by a declared number is bounded here first: pixels, components,
//! tiles, tile-parts, precincts, code-blocks and layers. What a portrait never has (palettes, more than 16 bits,
//! signed samples) is refused. A codestream that ends early, or that leaves a tile out, is an error.

use super::Limits;
use super::error::{DecodeError, DecodeErrorKind as Kind};
use super::header::{be16, be32, check_size, field};

/// Most tiles of one picture.
const MAX_TILES: u64 = 4_096;
/// Most tile-parts of one picture.
const MAX_TILE_PARTS: usize = 8_192;
/// Most precincts and code-blocks, counted once a layer, that a decoder may have to keep.
const MAX_WORK: u64 = 400_000;
/// Octets that a decoder holds for one sample: channel, coefficient and scratch, four each.
const OCTETS_A_SAMPLE: u64 = 12;
/// Most marker segments outside of data.
const MAX_SEGMENTS: usize = 16_384;
/// Most boxes of a file.
const MAX_BOXES: usize = 256;

/// What the headers say. All of it was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Jpeg2000Header {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: u8,
}

/// Reads the headers of a file with boxes or of a bare codestream.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Jpeg2000Header, DecodeError> {
    if bytes.starts_with(&[0xFF, 0x4F, 0xFF, 0x51]) {
        return codestream(bytes, 0, bytes.len(), limits);
    }
    let boxes = boxes(bytes)?;
    let header = codestream(bytes, boxes.codestream.0, boxes.codestream.1, limits)?;
    let stated = (boxes.width, boxes.height, boxes.components);
    if stated != (header.width, header.height, u16::from(header.components)) {
        return Err(DecodeError::at(Kind::Malformed, boxes.header)); // two sizes: one of them lies
    }
    if boxes.channels.is_some_and(|channels| channels != u16::from(header.components)) {
        return Err(DecodeError::at(Kind::Malformed, boxes.header));
    }
    Ok(header)
}

/// What the boxes of a file say (annex I).
struct Boxes {
    codestream: (usize, usize),
    /// Where the image header box stands.
    header: usize,
    width: u32,
    height: u32,
    components: u16,
    /// Number of channel definitions.
    channels: Option<u16>,
}

/// One box: name, content from, content to.
fn next_box(bytes: &[u8], at: usize, end: usize) -> Result<([u8; 4], usize, usize), DecodeError> {
    let length = be32(bytes, at)?;
    let name = field::<4>(bytes, at + 4)?;
    let (header, length) = match length {
        0 => (8, end - at),
        1 => {
            let long = u64::from_be_bytes(field::<8>(bytes, at + 8)?);
            (16, usize::try_from(long).map_err(|_| DecodeError::at(Kind::Malformed, at))?)
        }
        _ => (8, usize::try_from(length).map_err(|_| DecodeError::at(Kind::Malformed, at))?),
    };
    if length < header {
        return Err(DecodeError::at(Kind::Malformed, at));
    }
    let close = at.checked_add(length).filter(|close| *close <= end);
    let close = close.ok_or(DecodeError::at(Kind::Truncated, end))?;
    Ok((name, at + header, close))
}

fn boxes(bytes: &[u8]) -> Result<Boxes, DecodeError> {
    let (mut at, mut count) = (0, 0_usize);
    let (mut codestream, mut header) = (None, None);
    while at < bytes.len() {
        count += 1;
        if count > MAX_BOXES {
            return Err(DecodeError::at(Kind::TooCostly, at));
        }
        let (name, open, close) = next_box(bytes, at, bytes.len())?;
        match (count, &name) {
            (1, b"jP  ") | (2, b"ftyp") => {}
            (1 | 2, _) => return Err(DecodeError::at(Kind::Malformed, at)),
            (_, b"jp2h") if header.is_none() => header = Some(header_boxes(bytes, open, close)?),
            (_, b"jp2c") if codestream.is_none() => codestream = Some((open, close)),
            (_, b"jp2h" | b"jp2c") => return Err(DecodeError::at(Kind::Malformed, at)),
            _ => {}
        }
        at = close;
    }
    match (header, codestream) {
        (Some(header), Some(codestream)) => Ok(Boxes { codestream, ..header }),
        _ => Err(DecodeError::at(Kind::Truncated, bytes.len())),
    }
}

/// The boxes inside `jp2h`: image header first, colour, channels.
fn header_boxes(bytes: &[u8], start: usize, end: usize) -> Result<Boxes, DecodeError> {
    let (mut at, mut count, mut found) = (start, 0_usize, None::<Boxes>);
    while at < end {
        count += 1;
        if count > MAX_BOXES {
            return Err(DecodeError::at(Kind::TooCostly, at));
        }
        let (name, open, close) = next_box(bytes, at, end)?;
        match &name {
            b"ihdr" if found.is_none() && count == 1 && close - open >= 14 => {
                found = Some(Boxes {
                    codestream: (0, 0),
                    header: open,
                    height: be32(bytes, open)?,
                    width: be32(bytes, open + 4)?,
                    components: be16(bytes, open + 8)?,
                    channels: None,
                });
            }
            b"colr" => colour(bytes, open, close)?,
            b"cdef" => {
                let channels = be16(bytes, open)?;
                let length = 2 + 6 * usize::from(channels);
                match &mut found {
                    Some(boxes) if channels > 0 && length == close - open && boxes.channels.is_none() => {
                        boxes.channels = Some(channels);
                    }
                    _ => return Err(DecodeError::at(Kind::Malformed, open)),
                }
            }
            b"pclr" | b"cmap" => return Err(DecodeError::at(Kind::Unsupported, at)),
            b"ihdr" => return Err(DecodeError::at(Kind::Malformed, at)),
            _ => {}
        }
        at = close;
    }
    found.ok_or(DecodeError::at(Kind::Malformed, start))
}

/// sRGB, grey, sYCC, or a profile, which is not applied.
fn colour(bytes: &[u8], open: usize, close: usize) -> Result<(), DecodeError> {
    let [method, _, _] = field::<3>(bytes, open)?;
    match method {
        1 if close - open >= 7 && matches!(be32(bytes, open + 3)?, 16..=18) => Ok(()),
        2 | 3 => Ok(()),
        _ => Err(DecodeError::at(Kind::Unsupported, open)),
    }
}

/// Sizes of the reference grid (SIZ, A.5.1).
struct Grid {
    /// Right and lower edge, left and upper edge of the picture.
    to: (u32, u32),
    from: (u32, u32),
    /// Size and offset of tiles.
    tile: (u32, u32),
    tile_from: (u32, u32),
    components: u8,
}

impl Grid {
    fn tiles(&self) -> (u64, u64) {
        let along =
            |to: u32, from: u32, tile: u32| (u64::from(to) - u64::from(from)).div_ceil(u64::from(tile));
        (along(self.to.0, self.tile_from.0, self.tile.0), along(self.to.1, self.tile_from.1, self.tile.1))
    }
}

/// A coding style (COD, COC: A.6.1, A.6.2) as far as it costs.
#[derive(Clone, Copy)]
struct Style {
    levels: u8,
    block: (u8, u8),
    precincts: [u8; 33],
}

/// Walks the marker segments of a codestream from `start` to `end`.
fn codestream(
    bytes: &[u8],
    start: usize,
    end: usize,
    limits: &Limits,
) -> Result<Jpeg2000Header, DecodeError> {
    let bytes = bytes.get(..end).unwrap_or_default();
    if be16(bytes, start)? != 0xFF4F || be16(bytes, start + 2)? != 0xFF51 {
        return Err(DecodeError::at(Kind::Malformed, start));
    }
    let grid = size(bytes, start + 2, limits)?;
    let (width, height) = (grid.to.0 - grid.from.0, grid.to.1 - grid.from.1);
    let mut walk =
        Walk { bytes, grid: &grid, layers: 1, progressions: 0, coded: false, segments: 0, judging: false };
    // Layers and progressions may be declared after the styles that they multiply: they are counted first.
    for judging in [false, true] {
        (walk.judging, walk.segments) = (judging, 0);
        let mut at = start + 4 + usize::from(be16(bytes, start + 4)?);
        while be16(bytes, at)? != 0xFF90 {
            at = walk.segment(at)?;
        }
        if !walk.coded {
            return Err(DecodeError::at(Kind::Malformed, at));
        }
        walk.tile_parts(at)?;
    }
    Ok(Jpeg2000Header { width, height, components: grid.components })
}

fn size(bytes: &[u8], at: usize, limits: &Limits) -> Result<Grid, DecodeError> {
    let components = be16(bytes, at + 38)?;
    if usize::from(be16(bytes, at + 2)?) != 38 + 3 * usize::from(components) || components == 0 {
        return Err(DecodeError::at(Kind::Malformed, at + 2));
    }
    let pair =
        |offset: usize| Ok::<_, DecodeError>((be32(bytes, at + offset)?, be32(bytes, at + offset + 4)?));
    let (to, from, tile, tile_from) = (pair(6)?, pair(14)?, pair(22)?, pair(30)?);
    let components =
        u8::try_from(components).map_err(|_| DecodeError::at(Kind::TooManyComponents, at + 38))?;
    let inside = |to: u32, from: u32, tile: u32, tile_from: u32| {
        from < to && tile > 0 && tile_from <= from && u64::from(tile_from) + u64::from(tile) > u64::from(from)
    };
    // The far edge is bounded as the size is: nothing stands a million pixels away from its origin.
    check_size(to.0, to.1, components, at + 6, limits)?;
    if !inside(to.0, from.0, tile.0, tile_from.0) || !inside(to.1, from.1, tile.1, tile_from.1) {
        return Err(DecodeError::at(Kind::Malformed, at + 6));
    }
    let pixels = check_size(to.0 - from.0, to.1 - from.1, components, at + 6, limits)?;
    if pixels.saturating_mul(u64::from(components)).saturating_mul(OCTETS_A_SAMPLE) > limits.max_working_bytes
    {
        return Err(DecodeError::at(Kind::TooCostly, at + 6));
    }
    for index in 0..usize::from(components) {
        let place = at + 40 + 3 * index;
        let [depth, dx, dy] = field::<3>(bytes, place)?;
        if dx == 0 || dy == 0 {
            return Err(DecodeError::at(Kind::Malformed, place));
        }
        if depth > 15 {
            return Err(DecodeError::at(Kind::Unsupported, place)); // signed, or more than 16 bits
        }
    }
    let grid = Grid { to, from, tile, tile_from, components };
    let (across, down) = grid.tiles();
    if across.saturating_mul(down) > MAX_TILES {
        return Err(DecodeError::at(Kind::TooManyTiles, at + 22));
    }
    Ok(grid)
}

/// What was met on the way through the marker segments.
struct Walk<'a> {
    bytes: &'a [u8],
    grid: &'a Grid,
    layers: u64,
    progressions: u64,
    coded: bool,
    segments: usize,
    /// Whether styles are held against what has been counted.
    judging: bool,
}

impl Walk<'_> {
    /// Looks at the marker segment at `at`; where the next one begins.
    fn segment(&mut self, at: usize) -> Result<usize, DecodeError> {
        let bytes = self.bytes;
        self.segments += 1;
        if self.segments > MAX_SEGMENTS {
            return Err(DecodeError::at(Kind::TooCostly, at));
        }
        let marker = be16(bytes, at)?;
        if (0xFF30..=0xFF3F).contains(&marker) {
            return Ok(at + 2); // without a segment
        }
        let length = usize::from(be16(bytes, at + 2)?);
        let end = at + 2 + length;
        if length < 2 || end > bytes.len() {
            let kind = if length < 2 { Kind::Malformed } else { Kind::Truncated };
            return Err(DecodeError::at(kind, at + 2));
        }
        match marker {
            0xFF52 => {
                self.coded = true;
                let [scod, _progression] = field::<2>(bytes, at + 4)?;
                let layers = be16(bytes, at + 6)?;
                if layers == 0 {
                    return Err(DecodeError::at(Kind::Malformed, at + 6));
                }
                self.layers = self.layers.max(u64::from(layers));
                let style = style(bytes, at + 9, end, scod & 1 != 0)?;
                self.afford(&style, at)?;
            }
            0xFF53 => {
                // The component's number has one octet, as there are at most four.
                let [component, scoc] = field::<2>(bytes, at + 4)?;
                if component >= self.grid.components {
                    return Err(DecodeError::at(Kind::Malformed, at + 4));
                }
                let style = style(bytes, at + 6, end, scoc & 1 != 0)?;
                self.afford(&style, at)?;
            }
            0xFF5F if self.judging => {}
            0xFF5F => {
                self.progressions += u64::try_from(length / 7).unwrap_or(u64::MAX);
                if self.progressions > 64 {
                    return Err(DecodeError::at(Kind::TooCostly, at));
                }
            }
            // SIZ again, start of data, end of codestream: out of place.
            0xFF4F | 0xFF51 | 0xFF90 | 0xFF93 | 0xFFD9 | ..0xFF00 => {
                return Err(DecodeError::at(Kind::Malformed, at));
            }
            _ => {}
        }
        Ok(end)
    }

    /// Refuses a coding style that makes more precincts and code-blocks than a picture can need (B.6, B.7).
    fn afford(&self, style: &Style, at: usize) -> Result<(), DecodeError> {
        let grid = self.grid;
        let (across, down) = grid.tiles();
        let tiles = across * down * u64::from(grid.components);
        let side = |tile: u32, from: u32, to: u32| u64::from(tile.min(to - from));
        let width = side(grid.tile.0, grid.from.0, grid.to.0);
        let height = side(grid.tile.1, grid.from.1, grid.to.1);
        let mut work = 0_u64;
        for (resolution, precinct) in (0..=style.levels).zip(style.precincts) {
            let shrink = u32::from(style.levels - resolution);
            let at_resolution = |length: u64| length.div_ceil(1_u64 << shrink);
            let (width, height) = (at_resolution(width), at_resolution(height));
            let (px, py) = (precinct & 0xF, precinct >> 4);
            // One more than fits on each side: tiles may begin anywhere in the grid of precincts.
            let parts = |length: u64, exponent: u8| (length >> exponent) + 2;
            let precincts = parts(width, px) * parts(height, py);
            let (bands, half) = if resolution == 0 { (1, 0) } else { (3, 1) };
            if half > px || half > py {
                return Err(DecodeError::at(Kind::Malformed, at));
            }
            let (bx, by) = (style.block.0.min(px - half), style.block.1.min(py - half));
            let blocks = bands * parts(width >> half, bx) * parts(height >> half, by);
            let kept = precincts * (bands + self.layers) + blocks * (1 + self.layers);
            work = work.saturating_add(kept.saturating_mul(tiles).saturating_mul(1 + self.progressions));
        }
        if self.judging && work > MAX_WORK { Err(DecodeError::at(Kind::TooCostly, at)) } else { Ok(()) }
    }

    /// Tile-parts to the end of the codestream: every tile must be there, every part whole (A.4.2).
    fn tile_parts(&mut self, mut at: usize) -> Result<(), DecodeError> {
        let bytes = self.bytes;
        let (across, down) = self.grid.tiles();
        let mut missing = vec![true; usize::try_from(across * down).unwrap_or_default()];
        for _ in 0..MAX_TILE_PARTS {
            // Some writers leave the end marker out; then the last tile-part fills the codestream.
            if at == bytes.len() || be16(bytes, at)? == 0xFFD9 {
                let all = missing.iter().all(|missing| !missing);
                return if all { Ok(()) } else { Err(DecodeError::at(Kind::Truncated, at)) };
            }
            if be16(bytes, at)? != 0xFF90 || be16(bytes, at + 2)? != 10 {
                return Err(DecodeError::at(Kind::Malformed, at));
            }
            let tile = usize::from(be16(bytes, at + 4)?);
            let length = usize::try_from(be32(bytes, at + 6)?).unwrap_or(usize::MAX);
            let end = if length == 0 { bytes.len() } else { at.saturating_add(length) };
            if end > bytes.len() {
                return Err(DecodeError::at(Kind::Truncated, bytes.len()));
            }
            match missing.get_mut(tile) {
                Some(missing) => *missing = false,
                None => return Err(DecodeError::at(Kind::Malformed, at + 4)),
            }
            let mut inner = at + 12;
            while be16(bytes, inner)? != 0xFF93 {
                inner = self.segment(inner)?;
            }
            if inner + 2 > end {
                return Err(DecodeError::at(Kind::Malformed, at + 6));
            }
            at = end;
        }
        Err(DecodeError::at(Kind::TooCostly, at))
    }
}

/// SPcod and SPcoc: levels, code-block size, style, transformation, precinct sizes (table A.15).
fn style(bytes: &[u8], at: usize, end: usize, has_precincts: bool) -> Result<Style, DecodeError> {
    let [levels, bx, by] = field::<3>(bytes, at)?;
    let malformed = Err(DecodeError::at(Kind::Malformed, at));
    if levels > 32 || bx > 8 || by > 8 || bx + by > 8 {
        return malformed;
    }
    let mut precincts = [0xFF_u8; 33];
    let sizes = bytes.get(at + 5..end).unwrap_or_default();
    if has_precincts {
        if sizes.len() != usize::from(levels) + 1 {
            return malformed;
        }
        for (slot, size) in precincts.iter_mut().zip(sizes) {
            *slot = *size;
        }
    } else if !sizes.is_empty() || at + 5 > end {
        return malformed;
    }
    Ok(Style { levels, block: (bx + 2, by + 2), precincts })
}
