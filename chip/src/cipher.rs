//! The two block ciphers of the chip in the modes that Doc 9303-11 section 9 uses: CBC, retail MAC, CMAC.

use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use cmac::{Cmac, Mac};
use zeroize::Zeroizing;

use crate::kdf::CipherKind;

/// A cipher with its key schedule.
pub(crate) enum Cipher {
    TripleDes(Box<des::TdesEde2>),
    Aes128(Box<aes::Aes128>),
    Aes192(Box<aes::Aes192>),
    Aes256(Box<aes::Aes256>),
}

impl Cipher {
    /// `None` where the key has another length than the cipher's.
    pub(crate) fn new(kind: CipherKind, key: &[u8]) -> Option<Self> {
        Some(match kind {
            CipherKind::TripleDes => Self::TripleDes(Box::new(des::TdesEde2::new_from_slice(key).ok()?)),
            CipherKind::Aes128 => Self::Aes128(Box::new(aes::Aes128::new_from_slice(key).ok()?)),
            CipherKind::Aes192 => Self::Aes192(Box::new(aes::Aes192::new_from_slice(key).ok()?)),
            CipherKind::Aes256 => Self::Aes256(Box::new(aes::Aes256::new_from_slice(key).ok()?)),
        })
    }

    const fn block(&self) -> usize {
        match self {
            Self::TripleDes(_) => 8,
            _ => 16,
        }
    }

    /// Encrypts one block in place (ECB); `None` where it is no whole block.
    pub(crate) fn encrypt_block(&self, block: &mut [u8]) -> Option<()> {
        match self {
            Self::TripleDes(cipher) => encrypt(cipher.as_ref(), block),
            Self::Aes128(cipher) => encrypt(cipher.as_ref(), block),
            Self::Aes192(cipher) => encrypt(cipher.as_ref(), block),
            Self::Aes256(cipher) => encrypt(cipher.as_ref(), block),
        }
    }

    fn decrypt_block(&self, block: &mut [u8]) -> Option<()> {
        match self {
            Self::TripleDes(cipher) => decrypt(cipher.as_ref(), block),
            Self::Aes128(cipher) => decrypt(cipher.as_ref(), block),
            Self::Aes192(cipher) => decrypt(cipher.as_ref(), block),
            Self::Aes256(cipher) => decrypt(cipher.as_ref(), block),
        }
    }

    /// CBC encryption of whole blocks; `None` where `plain` or `iv` is not of whole blocks.
    pub(crate) fn cbc_encrypt(&self, iv: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        let size = self.block();
        if iv.len() != size || !plain.len().is_multiple_of(size) {
            return None;
        }
        let mut out = Vec::with_capacity(plain.len());
        let mut chain = iv.to_vec();
        for block in plain.chunks_exact(size) {
            for (octet, plain) in chain.iter_mut().zip(block) {
                *octet ^= plain;
            }
            self.encrypt_block(&mut chain)?;
            out.extend_from_slice(&chain);
        }
        Some(out)
    }

    /// CBC decryption of whole blocks; `None` where `cipher` or `iv` is not of whole blocks.
    pub(crate) fn cbc_decrypt(&self, iv: &[u8], cipher: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let size = self.block();
        if iv.len() != size || !cipher.len().is_multiple_of(size) {
            return None;
        }
        let mut out = Zeroizing::new(cipher.to_vec());
        let mut chain = iv;
        for (block, before) in out.chunks_exact_mut(size).zip(cipher.chunks_exact(size)) {
            self.decrypt_block(block)?;
            for (octet, chained) in block.iter_mut().zip(chain) {
                *octet ^= chained;
            }
            chain = before;
        }
        Some(out)
    }
}

fn encrypt<C: BlockCipherEncrypt>(cipher: &C, block: &mut [u8]) -> Option<()> {
    let block: &mut Block<C> = block.try_into().ok()?;
    cipher.encrypt_block(block);
    Some(())
}

fn decrypt<C: BlockCipherDecrypt>(cipher: &C, block: &mut [u8]) -> Option<()> {
    let block: &mut Block<C> = block.try_into().ok()?;
    cipher.decrypt_block(block);
    Some(())
}

/// ISO/IEC 9797-1 padding method 2: `80`, then zeros to the block. Always adds at least one octet.
pub(crate) fn pad(data: &mut Vec<u8>, block: usize) {
    data.push(0x80);
    while !data.len().is_multiple_of(block) {
        data.push(0);
    }
}

/// Takes the padding away; `None` where there is none.
pub(crate) fn unpad(data: &[u8]) -> Option<&[u8]> {
    let end = data.iter().rposition(|octet| *octet != 0)?;
    (data.get(end) == Some(&0x80)).then(|| data.get(..end)).flatten()
}

/// Eight octets that authenticate a message of whole blocks (already padded): the retail MAC for 3DES (ISO/IEC 9797-1
/// algorithm 3), the first half of CMAC for AES. `None` where the key has another length.
///
/// The message is what Doc 9303-11 pads itself for secure messaging; tokens over unpadded AES data are CMACs of exactly
/// those octets, so nothing is added here for AES, and for 3DES the caller pads.
pub(crate) fn mac(kind: CipherKind, key: &[u8], message: &[u8]) -> Option<[u8; 8]> {
    match kind {
        CipherKind::TripleDes => retail_mac(key, message),
        CipherKind::Aes128 => cmac::<aes::Aes128>(key, message),
        CipherKind::Aes192 => cmac::<aes::Aes192>(key, message),
        CipherKind::Aes256 => cmac::<aes::Aes256>(key, message),
    }
}

fn retail_mac(key: &[u8], message: &[u8]) -> Option<[u8; 8]> {
    if !message.len().is_multiple_of(8) {
        return None;
    }
    let (first, second) = key.split_first_chunk::<8>()?;
    let first = des::Des::new_from_slice(first).ok()?;
    let second = des::Des::new_from_slice(second).ok()?;
    let mut chain = [0_u8; 8];
    for block in message.chunks_exact(8) {
        for (octet, plain) in chain.iter_mut().zip(block) {
            *octet ^= plain;
        }
        encrypt(&first, &mut chain)?;
    }
    decrypt(&second, &mut chain)?;
    encrypt(&first, &mut chain)?;
    Some(chain)
}

fn cmac<C>(key: &[u8], message: &[u8]) -> Option<[u8; 8]>
where
    C: cmac::block_api::CmacCipher,
    Cmac<C>: KeyInit + Mac,
{
    let mut mac = <Cmac<C> as KeyInit>::new_from_slice(key).ok()?;
    mac.update(message);
    let whole = mac.finalize().into_bytes();
    whole.first_chunk::<8>().copied()
}
