//! Answers under secure messaging: any octets, and any content under a right checksum. What comes out was protected by the
//! holder of the keys; whatever else arrives ends the session.
#![no_main]

use cmac::Mac as _;
use libfuzzer_sys::fuzz_target;
use verifier_chip::command::{Command, StatusWord};
use verifier_chip::kdf::{CipherKind, Purpose, derive};
use verifier_chip::secure_messaging::{SecureMessaging, SmError};

const SECRET: &[u8] = b"the secret of the target";

fuzz_target!(|data: &[u8]| {
    let Some((mode, data)) = data.split_first() else { return };
    let kind = match mode >> 6 {
        0 => CipherKind::TripleDes,
        1 => CipherKind::Aes192,
        2 => CipherKind::Aes256,
        _ => CipherKind::Aes128,
    };
    let mut session = SecureMessaging::from_secret(kind, SECRET);
    let command =
        Command::new(0x00, 0xB0 | (mode & 1), 0, 0).with_data(&data[..data.len() % 40]).expecting(256);
    assert!(session.protect(&command).is_ok());
    let sealed = mode & 2 != 0 && kind == CipherKind::Aes128;
    let answer = if sealed { protected(data) } else { data.to_vec() };
    match session.unprotect(&answer) {
        Ok(response) => {
            assert!(sealed, "nobody but the holder of the keys protects");
            let status = answer.last_chunk::<2>().expect("a status word");
            assert_eq!(response.status, StatusWord(u16::from_be_bytes(*status)));
            assert!(response.data.len() < data.len());
            assert!(session.is_alive());
        }
        Err(error) => {
            assert!(matches!(error, SmError::Answer | SmError::Unprotected(_)));
            assert!(!session.is_alive());
            assert_eq!(session.unprotect(&answer), Err(SmError::Dead));
            assert_eq!(session.protect(&command), Err(SmError::Dead));
        }
    }
});

/// Objects with the checksum of the second message, the status word of the object `99` where there is one.
fn protected(objects: &[u8]) -> Vec<u8> {
    let key = derive(SECRET, Purpose::Authentication, CipherKind::Aes128);
    let mut counter = [0_u8; 16];
    counter[15] = 2;
    let mut message = [&counter, objects, &[0x80]].concat();
    message.resize(message.len().div_ceil(16) * 16, 0);
    let mut mac = <cmac::Cmac<aes::Aes128> as cmac::KeyInit>::new_from_slice(&key).expect("a key");
    mac.update(&message);
    let checksum = mac.finalize().into_bytes();
    let status = objects
        .windows(4)
        .find(|part| part.starts_with(&[0x99, 2]))
        .map_or([0x90, 0], |part| [part[2], part[3]]);
    [objects, &[0x8E, 8], &checksum[..8], &status].concat()
}
