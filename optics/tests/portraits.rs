//! Portraits of chips: JPEG and JPEG 2000 against another program, and attack rows IMG-01 to IMG-03.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::print_stderr,
    clippy::panic,
    missing_docs,
    reason = "test code"
)]

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use verifier_fixtures::lds::jpeg2000::{boxed, codestream, file};
use verifier_optics::{DecodeErrorKind as Kind, Limits, Picture, PortraitFormat, PortraitHeader};

fn kind(bytes: &[u8]) -> Kind {
    let start = Instant::now();
    let kind = Picture::decode_portrait(bytes, &Limits::default()).unwrap_err().kind;
    assert!(start.elapsed() < Duration::from_millis(500), "{kind:?} took {:?}", start.elapsed());
    kind
}

#[test]
fn the_smallest_jpeg_2000_is_grey_with_and_without_boxes() {
    for components in [1_u16, 3] {
        let bare = codestream(40, 30, components);
        for (bytes, format) in [
            (file(&bare, 40, 30, components), PortraitFormat::Jpeg2000),
            (bare, PortraitFormat::Jpeg2000Codestream),
        ] {
            let header = PortraitHeader::read(&bytes, &Limits::default()).unwrap();
            assert_eq!((header.format, header.width, header.height), (format, 40, 30));
            let picture = Picture::decode_portrait(&bytes, &Limits::default()).unwrap();
            assert_eq!((picture.width(), picture.height()), (40, 30));
            assert_eq!(picture.channels(), usize::from(components));
            assert!(picture.samples().iter().all(|sample| *sample == 128), "{format:?}");
        }
    }
}

#[test]
fn headers_are_read_before_anything_is_allocated() {
    let base = codestream(64, 64, 3);
    let with = |changes: &[(usize, &[u8])]| {
        let mut bytes = base.clone();
        for (at, octets) in changes {
            bytes[*at..*at + octets.len()].copy_from_slice(octets);
        }
        bytes
    };
    let big = &0x8000_0000_u32.to_be_bytes()[..];
    let wide = &60_000_u32.to_be_bytes()[..];
    // Where things stand: SIZ at 2, its sizes from 8, tiles from 24, components at 40; COD at 51.
    for (label, bytes, expected) in [
        ("IMG-03 2^31 x 2^31", with(&[(8, big), (12, big)]), Kind::TooManyPixels),
        ("IMG-03 60000 x 60000", with(&[(8, wide), (12, wide)]), Kind::TooManyPixels),
        (
            "IMG-03 within the pixels, beyond the memory",
            with(&[(8, &6_000_u32.to_be_bytes()), (12, &6_000_u32.to_be_bytes())]),
            Kind::TooCostly,
        ),
        ("IMG-01 no width", with(&[(8, &[0; 4])]), Kind::ZeroSize),
        ("IMG-01 tile 0 x 0", with(&[(24, &[0; 8])]), Kind::Malformed),
        (
            "IMG-01 tiles of one point, all but one left out",
            with(&[(24, &[0, 0, 0, 1, 0, 0, 0, 1])]),
            Kind::Truncated,
        ),
        (
            "IMG-01 more tiles than are read",
            with(&[(8, &[0, 0, 1, 0, 0, 0, 1, 0]), (24, &[0, 0, 0, 2, 0, 0, 0, 2])]),
            Kind::TooManyTiles,
        ),
        ("IMG-01 tiles that begin behind the picture", with(&[(32, &[0, 0, 0, 9])]), Kind::Malformed),
        ("IMG-01 picture that begins behind its end", with(&[(16, &[0, 0, 1, 0])]), Kind::Malformed),
        ("IMG-01 16384 components in the length of three", with(&[(40, &[0x40, 0])]), Kind::Malformed),
        ("IMG-01 a component of no points", with(&[(43, &[0, 0])]), Kind::Malformed),
        ("IMG-01 38 bits", with(&[(42, &[37])]), Kind::Unsupported),
        ("IMG-01 signed", with(&[(42, &[0x87])]), Kind::Unsupported),
        ("IMG-01 no layers", with(&[(57, &[0, 0])]), Kind::Malformed),
        ("IMG-02 65535 layers", with(&[(57, &[0xFF, 0xFF])]), Kind::TooCostly),
        ("IMG-01 33 levels", with(&[(60, &[33])]), Kind::Malformed),
        ("IMG-01 blocks of 1024 x 1024", with(&[(61, &[8, 8])]), Kind::Malformed),
        ("a second size", with(&[(51, &[0xFF, 0x51])]), Kind::Malformed),
    ] {
        assert_eq!(kind(&bytes), expected, "{label}");
    }
    let mut components = base[..42].to_vec();
    components[4..6].copy_from_slice(&(38 + 3 * 16_384_u16).to_be_bytes());
    components[40..42].copy_from_slice(&16_384_u16.to_be_bytes());
    components.extend([7, 1, 1].repeat(16_384));
    assert_eq!(kind(&components), Kind::TooManyComponents, "IMG-01 16384 components");
    // IMG-03 in JPEG: 65500 x 65500 declared in a kilobyte.
    let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0xFF, 0xDC, 0xFF, 0xDC, 3];
    jpeg.extend([1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    jpeg.resize(1024, 0);
    assert_eq!(kind(&jpeg), Kind::TooManyPixels);
    assert_eq!(kind(&vec![0xFF; (16 << 20) + 1]), Kind::TooManyBytes);
    assert_eq!(kind(b""), Kind::Empty);
    assert_eq!(kind(b"\x89PNG\r\n\x1a\n and so on"), Kind::UnknownFormat, "a portrait is no PNG");
}

#[test]
fn precincts_that_cost_more_than_pixels_are_refused() {
    // 2000 x 2000 with precincts of one point at the only resolution: four million of them.
    let mut bytes = codestream(2_000, 2_000, 1);
    let cod = bytes.windows(2).position(|pair| pair == [0xFF, 0x52]).unwrap();
    bytes[cod + 3] = 13; // one octet longer
    bytes[cod + 4] = 1; // with precinct sizes
    bytes.insert(cod + 14, 0x00);
    assert_eq!(kind(&bytes), Kind::TooCostly);
    bytes[cod + 14] = 0xFF;
    Picture::decode_portrait(&bytes, &Limits::default()).unwrap();
    // A component's style stands before the number of layers that multiplies it.
    let mut bytes = codestream(600, 600, 1);
    let cod = bytes.windows(2).position(|pair| pair == [0xFF, 0x52]).unwrap();
    bytes[cod + 7] = 30; // layers
    bytes.splice(cod..cod, [0xFF, 0x53, 0, 10, 0, 1, 0, 0, 0, 0, 1, 0x22]);
    assert_eq!(kind(&bytes), Kind::TooCostly);
    // The same said again in the header of the tile.
    let mut bytes = codestream(2_000, 2_000, 1);
    let sot = bytes.windows(2).position(|pair| pair == [0xFF, 0x90]).unwrap();
    let again: Vec<u8> = [&[0xFF, 0x52, 0, 13, 1][..], &bytes[cod + 5..cod + 14], &[0x00]].concat();
    bytes[sot + 9] += again.len() as u8;
    bytes.splice(sot + 12..sot + 12, again);
    assert_eq!(kind(&bytes), Kind::TooCostly);
}

#[test]
fn boxes_that_lie_are_refused() {
    let bare = codestream(40, 30, 3);
    let good = file(&bare, 40, 30, 3);
    Picture::decode_portrait(&good, &Limits::default()).unwrap();
    let palette = {
        let place = good.windows(4).position(|name| name == b"colr").unwrap() - 4;
        let mut bytes = good.clone();
        let extra = boxed(b"pclr", &[0, 1, 255, 7]);
        let header = good.windows(4).position(|name| name == b"jp2h").unwrap() - 4;
        let length = u32::from_be_bytes(bytes[header..header + 4].try_into().unwrap()) + extra.len() as u32;
        bytes[header..header + 4].copy_from_slice(&length.to_be_bytes());
        bytes.splice(place..place, extra);
        bytes
    };
    for (label, bytes, expected) in [
        ("another size", file(&bare, 41, 30, 3), Kind::Malformed),
        ("another number of components", file(&bare, 40, 30, 1), Kind::Malformed),
        ("two codestreams", [good.clone(), boxed(b"jp2c", &bare)].concat(), Kind::Malformed),
        ("no codestream", good[..good.len() - bare.len() - 8].to_vec(), Kind::Truncated),
        ("a palette", palette, Kind::Unsupported),
        (
            "box shorter than its header",
            [&good[..12], &[0, 0, 0, 3][..], &good[16..]].concat(),
            Kind::Malformed,
        ),
        ("box beyond the file", [&good[..12], &[0x7F, 0, 0, 3][..], &good[16..]].concat(), Kind::Truncated),
    ] {
        assert_eq!(kind(&bytes), expected, "{label}");
    }
}

#[test]
fn every_truncation_is_an_error_and_every_changed_octet_ends() {
    let bare = codestream(40, 30, 3);
    for original in [file(&bare, 40, 30, 3), bare] {
        for length in 0..original.len() {
            let result = Picture::decode_portrait(&original[..length], &Limits::default());
            // Without the end marker the last tile-part is whole all the same.
            assert!(result.is_err() || length >= original.len() - 2, "{length} of {}", original.len());
        }
        let start = Instant::now();
        for at in 0..original.len() {
            for value in [0, 1, 0x7F, 0x80, 0xFF, original[at] ^ 1, original[at].wrapping_add(1)] {
                let mut changed = original.clone();
                changed[at] = value;
                drop(Picture::decode_portrait(&changed, &Limits::default()));
            }
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    }
}

/// A Python with Pillow that knows JPEG 2000; `None` (loudly) where there is none.
fn python() -> Option<&'static str> {
    let knows = "from PIL import features; assert features.check('jpg_2000')";
    let found = ["python3", "/usr/bin/python3"].into_iter().find(|program| {
        let mut command = Command::new(program);
        command.args(["-c", knows]).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    });
    if found.is_none() {
        eprintln!(
            "SKIPPED: a comparison with another program: no Python with Pillow and JPEG 2000 (python3-pil)"
        );
    }
    found
}

/// Runs a Python program with these octets on its input; `None` (loudly) where Pillow is not there.
fn pillow(program: &str, input: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new(python()?)
        .args(["-c", &format!("import sys, io\nfrom PIL import Image\n{program}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let octets = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&octets)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "Pillow refused: {}", String::from_utf8_lossy(&output.stderr));
    Some(output.stdout)
}

/// A picture with edges, gradients and noise.
const PAINTED: &str = "
import random
random.seed(7)
w, h = 137, 181
picture = Image.new('RGB', (w, h))
picture.putdata([((x*2+y)%256, (x*y//7)%256, 255 if (x-70)**2+(y-80)**2 < 2500 else random.randrange(64))
                 for y in range(h) for x in range(w)])
";

#[test]
fn pictures_of_another_program_decode_to_its_pixels() {
    let cases = [
        ("lossless file", "picture.save(out, 'JPEG2000', irreversible=False)", 0),
        ("lossless codestream", "picture.save(out, 'JPEG2000', irreversible=False, no_jp2=True)", 0),
        (
            "lossy",
            "picture.save(out, 'JPEG2000', irreversible=True, quality_mode='rates', quality_layers=[20])",
            2,
        ),
        ("tiles", "picture.save(out, 'JPEG2000', irreversible=False, tile_size=(64, 64))", 0),
        (
            "layers, levels, precincts, progression",
            "picture.save(out, 'JPEG2000', irreversible=True, quality_layers=[40, 20, 10], num_resolutions=4, \
             codeblock_size=(32, 32), precinct_size=(64, 64), progression='RPCL')",
            2,
        ),
        ("grey", "picture = picture.convert('L'); picture.save(out, 'JPEG2000', irreversible=False)", 0),
        ("JPEG", "picture.save(out, 'JPEG', quality=85)", 12),
        ("progressive JPEG", "picture.save(out, 'JPEG', quality=85, progressive=True)", 12),
        ("grey JPEG", "picture = picture.convert('L'); picture.save(out, 'JPEG', quality=85)", 4),
    ];
    for (label, save, tolerance) in cases {
        let write = format!("{PAINTED}\nout = io.BytesIO()\n{save}\nsys.stdout.buffer.write(out.getvalue())");
        let Some(bytes) = pillow(&write, b"") else { return };
        let start = Instant::now();
        let ours =
            Picture::decode_portrait(&bytes, &Limits::default()).unwrap_or_else(|e| panic!("{label}: {e}"));
        eprintln!("{label}: {} octets in {:?}", bytes.len(), start.elapsed());
        let read = "picture = Image.open(io.BytesIO(sys.stdin.buffer.read()))\n\
                    sys.stdout.buffer.write(picture.tobytes())";
        let theirs = pillow(read, &bytes).unwrap();
        assert_eq!((ours.width(), ours.height()), (137, 181), "{label}");
        assert_eq!(ours.samples().len(), theirs.len(), "{label}");
        let worst = ours.samples().iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(worst <= tolerance, "{label}: {worst}");
        // Cut short it is an error, never a picture with a grey rest.
        for cut in [bytes.len() / 3, bytes.len() - bytes.len() / 5, bytes.len() - 3] {
            assert!(
                Picture::decode_portrait(&bytes[..cut], &Limits::default()).is_err(),
                "{label} cut at {cut}"
            );
        }
    }
}

#[test]
fn alpha_is_laid_over_black() {
    let write = "out = io.BytesIO()\n\
                 Image.new('RGBA', (8, 6), (200, 100, 50, 0)).save(out, 'JPEG2000', irreversible=False)\n\
                 sys.stdout.buffer.write(out.getvalue())";
    let Some(bytes) = pillow(write, b"") else { return };
    let decoded = Picture::decode_portrait(&bytes, &Limits::default());
    // Older versions of Pillow name no opacity: a fourth channel that nothing explains is not guessed at.
    if !bytes.windows(4).any(|octets| octets == b"cdef") {
        assert_eq!(decoded.unwrap_err().kind, Kind::Unsupported);
        return;
    }
    let picture = decoded.unwrap();
    assert_eq!((picture.channels(), picture.samples()), (3, &[0_u8; 144][..]));
}
