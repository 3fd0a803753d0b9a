//! The pseudo-random function of the integrated mapping (Doc 9303-11 section 4.4.3.3.2, figure 2).

use zeroize::Zeroizing;

use crate::cipher::Cipher;
use crate::kdf::CipherKind;

/// Constants for ciphers of 128 bits.
const SHORT: [[u8; 16]; 2] = [
    0xA668_892A_7C41_E3CA_739F_40B0_57D8_5904_u128.to_be_bytes(),
    0xA4E1_36AC_725F_738B_01C1_F602_17C1_88AD_u128.to_be_bytes(),
];
/// Constants for AES-192 and AES-256, in halves.
const LONG: [[[u8; 16]; 2]; 2] = [
    [
        0xD463_D652_3412_4EF7_8970_5498_6DCA_0A17_u128.to_be_bytes(),
        0x4E28_DF75_8CBA_A03F_2406_1641_4D5A_1676_u128.to_be_bytes(),
    ],
    [
        0x54BD_7255_F0AA_F831_BEC3_423F_CF39_D69B_u128.to_be_bytes(),
        0x6CBF_0666_77D0_FAAE_5AAD_D99D_F8E5_3517_u128.to_be_bytes(),
    ],
];

/// Length of the nonce s in octets.
pub(super) const fn nonce_length(cipher: CipherKind) -> usize {
    match cipher {
        CipherKind::TripleDes | CipherKind::Aes128 => 16,
        CipherKind::Aes192 | CipherKind::Aes256 => 32,
    }
}

/// x1 || ... || xn, to be reduced by the field; `None` where a nonce has another length than the cipher asks for.
pub(crate) fn number(
    cipher: CipherKind,
    nonce: &[u8],
    ours: &[u8],
    field_bits: usize,
) -> Option<Zeroizing<Vec<u8>>> {
    let length = nonce_length(cipher);
    if nonce.len() != length || ours.len() != cipher.key_length() {
        return None;
    }
    let (c0, c1) = match length {
        16 => {
            let [c0, c1] = SHORT;
            (c0.to_vec(), c1.to_vec())
        }
        _ => {
            let [c0, c1] = LONG;
            (c0.concat(), c1.concat())
        }
    };
    let zero = vec![0; cipher.block()];
    let encrypt = |key: &[u8], plain: &[u8]| -> Option<Zeroizing<Vec<u8>>> {
        let key = key.get(..cipher.key_length())?;
        Some(Zeroizing::new(Cipher::new(cipher, key)?.cbc_encrypt(&zero, plain)?))
    };
    let rounds = field_bits.saturating_add(64).div_ceil(length.saturating_mul(8));
    let mut key = encrypt(ours, nonce)?;
    let mut number = Zeroizing::new(Vec::with_capacity(rounds.saturating_mul(length)));
    for _ in 0..rounds {
        number.extend_from_slice(&encrypt(&key, &c1)?);
        key = encrypt(&key, &c0)?;
    }
    Some(number)
}

#[cfg(test)]
#[path = "integrated_tests.rs"]
mod tests;
