//! System packages that tests use as strangers: programs and fonts that we did not write.

use std::fs::OpenOptions;
use std::path::Path;
use std::process::Command;

use crate::shell::{Chore, run_command};

/// One Debian package, the file that proves it is there, and the tests that want it.
struct Package {
    name: &'static str,
    proof: &'static str,
    wanted_for: &'static str,
}

const PACKAGES: &[Package] = &[
    Package {
        name: "openssl",
        proof: "/usr/bin/openssl",
        wanted_for: "an independent reading of certificates, CMS and signatures",
    },
    Package {
        name: "fonts-ocr-b",
        proof: "/usr/share/doc/fonts-ocr-b/copyright",
        wanted_for: "our OCR-B strokes held against a font that we did not draw",
    },
    Package {
        name: "pcscd",
        proof: "/usr/sbin/pcscd",
        wanted_for: "a real PC/SC service on our emulated readers",
    },
    Package {
        name: "libccid",
        proof: "/usr/lib/pcsc/drivers/serial/libccidtwin.so",
        wanted_for: "a driver that we did not write on our emulated CCID reader",
    },
    Package {
        name: "vsmartcard-vpcd",
        proof: "/usr/share/doc/vsmartcard-vpcd/copyright",
        wanted_for: "a virtual reader that we did not write for our emulated chip",
    },
    Package {
        name: "opensc",
        proof: "/usr/bin/opensc-tool",
        wanted_for: "a PC/SC client that we did not write",
    },
    Package {
        name: "softhsm2",
        proof: "/usr/lib/softhsm/libsofthsm2.so",
        wanted_for: "a PKCS #11 token that we did not write, for inspection keys",
    },
    Package {
        name: "libpcsclite-dev",
        proof: "/usr/include/PCSC/winscard.h",
        wanted_for: "our own PC/SC client (feature `pcsc`)",
    },
    Package { name: "pkg-config", proof: "/usr/bin/pkg-config", wanted_for: "finding libpcsclite" },
    Package { name: "iproute2", proof: "/sbin/ip", wanted_for: "network namespaces around those services" },
    Package {
        name: "libnfc-bin",
        proof: "/usr/bin/nfc-list",
        wanted_for: "a PN532 driver that we did not write",
    },
    Package {
        name: "mrtdreader",
        proof: "/usr/bin/mrtdreader",
        wanted_for: "a passport reader that we did not write, over that driver",
    },
    Package {
        name: "openpace",
        proof: "/usr/bin/cvc-create",
        wanted_for: "card-verifiable certificates of others",
    },
    Package {
        name: "vsmartcard-vpicc",
        proof: "/usr/bin/vicc",
        wanted_for: "an identity card with PACE that we did not write",
    },
    Package {
        name: "libeac-dev",
        proof: "/usr/include/eac/eac.h",
        wanted_for: "the PACE of that card and of npa-tool",
    },
    Package { name: "swig", proof: "/usr/bin/swig", wanted_for: "that library's Python bindings" },
    Package {
        name: "python3-dev",
        proof: "/usr/bin/python3-config",
        wanted_for: "that library's Python bindings",
    },
    Package {
        name: "python3-venv",
        proof: "/usr/share/doc/python3-venv/copyright",
        wanted_for: "nfcpy, a PN532 driver that we did not write",
    },
    Package {
        name: "python3-pil",
        proof: "/usr/share/doc/python3-pil/copyright",
        wanted_for: "JPEG 2000 and JPEG pictures written and read by a program that is not ours",
    },
    Package {
        name: "libssl-dev",
        proof: "/usr/include/openssl/evp.h",
        wanted_for: "building npa-tool, a terminal with PACE that we did not write",
    },
    Package { name: "autoconf", proof: "/usr/bin/autoconf", wanted_for: "building npa-tool" },
    Package { name: "automake", proof: "/usr/bin/automake", wanted_for: "building npa-tool" },
    Package { name: "libtool", proof: "/usr/bin/libtoolize", wanted_for: "building npa-tool" },
    Package { name: "make", proof: "/usr/bin/make", wanted_for: "building npa-tool" },
    Package { name: "xz-utils", proof: "/usr/bin/xz", wanted_for: "unpacking the sources of those" },
];

/// Installs what is missing as root; as anybody else says what is missing and goes on (those tests say SKIPPED).
pub(crate) fn install() -> Chore {
    let missing: Vec<&Package> =
        PACKAGES.iter().filter(|package| !Path::new(package.proof).exists()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    for package in &missing {
        println!("missing system package {}: {}", package.name, package.wanted_for);
    }
    if !is_root() || !Path::new("/usr/bin/apt-get").exists() {
        println!("not root on a Debian system: install them with `apt-get install {}`", names.join(" "));
        return Ok(());
    }
    // A machine without network runs what it can: the tests say what they miss.
    if let Err(why) = run_command(apt(&["update", "-qq"])) {
        println!("{why}: going on without {}", names.join(" "));
        return Ok(());
    }
    if run_command(apt_install(&names)).is_ok() {
        return Ok(());
    }
    // One that this Debian does not have must not keep the others away.
    for name in names {
        if let Err(why) = run_command(apt_install(&[name])) {
            println!("SKIPPED: package {name}: {why}");
        }
    }
    Ok(())
}

/// Pseudo terminals, over which serial readers are tested. A bare container or chroot may lack the file system behind
/// them; root mounts it, anybody else is told.
pub(crate) fn pseudo_terminals() -> Chore {
    let works = || OpenOptions::new().read(true).write(true).open("/dev/ptmx").is_ok();
    if works() {
        return Ok(());
    }
    println!("pseudo terminals do not work here: no devpts on /dev/pts");
    if !is_root() {
        println!("not root: mount it with `mount -t devpts devpts /dev/pts`");
        return Ok(());
    }
    let mut mount = Command::new("mount");
    mount.args(["-t", "devpts", "-o", "ptmxmode=0666,mode=0620", "devpts", "/dev/pts"]);
    run_command(mount)?;
    if works() { Ok(()) } else { Err("devpts is mounted and /dev/ptmx still does not open".to_owned()) }
}

fn apt_install(names: &[&str]) -> Command {
    let mut command = apt(&["install", "-y", "-qq", "--no-install-recommends"]);
    command.args(names);
    command
}

fn apt(words: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}
