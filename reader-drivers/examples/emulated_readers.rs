//! Plugs an emulated reader in, with a card that takes every SELECT and tells a fixed challenge, so that other
//! programs can be tried on it:
//!
//! ```sh
//! cargo run -p reader-drivers --example emulated_readers -- pn532 /tmp/pn532 &
//! LIBNFC_DEVICE=pn532_uart:/tmp/pn532 nfc-list
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to its user")]

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use reader_drivers::emulator::card::Interface;
    use reader_drivers::emulator::ccid::GemPcTwin;
    use reader_drivers::emulator::pn532::Pn532;
    use reader_drivers::emulator::pty::Pty;
    use reader_drivers::emulator::served::Served;
    use reader_drivers::emulator::vpcd::VpcdCard;

    let card = |command: &[u8]| match command {
        [_, 0xA4, ..] => vec![0x90, 0x00],
        [_, 0x84, ..] => vec![0, 1, 2, 3, 4, 5, 6, 7, 0x90, 0x00],
        _ => vec![0x6D, 0x00],
    };
    // T=1, eight historical bytes, and their check byte.
    let mut atr = b"\x3B\x88\x80\x01VERIFIER".to_vec();
    atr.push(atr.iter().skip(1).fold(0, |xor, byte| xor ^ byte));
    let interface = Interface { atr, ..Interface::default() };

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let pty = |link: &str| {
        let mut pty = Pty::open()?;
        pty.link(link.as_ref())?;
        println!("{link} -> emulated device; Ctrl-C unplugs it");
        Ok::<Pty, std::io::Error>(pty)
    };
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["pn532", link] => Served::start_on(pty(link)?, Pn532::new(interface).with_card(card))?.join(),
        ["ccid", link] => Served::start_on(pty(link)?, GemPcTwin::new(interface).with_card(card))?.join(),
        ["vpcd", address] => {
            let address = address.parse().map_err(std::io::Error::other)?;
            VpcdCard::connect(address, std::time::Duration::from_secs(5), card, interface)?.join();
        }
        _ => eprintln!("usage: emulated_readers pn532|ccid LINK, or vpcd ADDRESS:PORT"),
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("pseudo-terminals of this kind are Linux's");
}
