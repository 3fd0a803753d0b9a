//! The integrated mapping on every domain with every cipher, against values that a program of another make worked out
//! (OpenSSL's ciphers, affine arithmetic on plain integers).

use sha2::{Digest as _, Sha256};

use super::number;
use crate::kdf::CipherKind;
use crate::key_agreement::Domain;

/// Cipher, standardised id, SHA-256 over the mapped element. Nonces: s = 7i + 1, t = 11i + 3.
const MAPPED: [(CipherKind, u8, &str); 52] = [
    (CipherKind::TripleDes, 8, "6dc6c70466694edd9a08caae37a9dc26e290f7bb9fbd82eaf22c0085727b5072"),
    (CipherKind::TripleDes, 9, "9adefb26ef614c4770411751b9d8e67af429966fc51b603eec16aa3445f851b0"),
    (CipherKind::TripleDes, 11, "dd057271319f2d1910f3c4c184353299a386b635b58d1bb66a99f1ddaf75b0d5"),
    (CipherKind::TripleDes, 12, "3a06cbf3498a961f9f5da71c9a1e7ae6a2cee46d87a7dfe1bd9e1f093e49ea67"),
    (CipherKind::TripleDes, 13, "f4b748c1abaa92c72c00c9fc02613a1402c764c2a2af57daea04ffccceb79959"),
    (CipherKind::TripleDes, 14, "9c521725bb0dfd254225b8b7773a8be8e04260e237ae2e2e8b9e530cb7e76035"),
    (CipherKind::TripleDes, 15, "0197d73788f700ce7ff305183b66949815d90b8bb968b2776f05b99c51fcd149"),
    (CipherKind::TripleDes, 16, "fddcdc7eb5e937a7e666bb1f3213bc2f3dde8d2ae1662266f4113e0b783cdb5a"),
    (CipherKind::TripleDes, 17, "bf044d6a6cae732da263e9af65d848d705ba50b2e83aa1c2088cba993d3f0c45"),
    (CipherKind::TripleDes, 18, "6f4858a1865338f8e25a9293db85826feb1c3c3f33e6aa415ac1f9aae262c9f8"),
    (CipherKind::TripleDes, 0, "2d33c7a59c79aeb29f53a866f9667cbee15b90ecdca304a9f3bdd631c6d30a87"),
    (CipherKind::TripleDes, 1, "3ffbba799ca8f5a3630dec3363ec7709ed74e3d13be0283bd5bff0bb4ae4aa86"),
    (CipherKind::TripleDes, 2, "62ea91535c4c4641c34ceaf5cb85ff8bf8221e338e82d75eee6cd26cb9a20aa0"),
    (CipherKind::Aes128, 8, "8c306b56977e361398e8cba2927a90147eae220f0b14b36a9ac7e495efa4a622"),
    (CipherKind::Aes128, 9, "0d515c846ea437fc669837d3407b9fb53091ffc2d403db90e5b64c2dda52b94a"),
    (CipherKind::Aes128, 11, "1afceca00307901bddcdf5afccc523a0c6f3e3a78c29d0e49dce79d300af4e94"),
    (CipherKind::Aes128, 12, "02ede6bc14c47390aacd54f91f80744307fa950817c3bb8e1fd71365647063df"),
    (CipherKind::Aes128, 13, "c5834c5de4f52a2526df7f38eb82ae9b77837bfa6a43fcbe1473d71905685a17"),
    (CipherKind::Aes128, 14, "865035af709b5368d4434d2426e9d6371fd3dd78f230f64034c790286ce6c8f4"),
    (CipherKind::Aes128, 15, "a75316924ebd2501e7b8a96dd65e874bf2c4aa1831edc30d8443226a69dbacf3"),
    (CipherKind::Aes128, 16, "7df1ea5abd06d503f1913efb01651554a1f023ae999f131f7260dad569c2708b"),
    (CipherKind::Aes128, 17, "776cfa110711e04a39a700713ff77b944e740cea0a043d7f33e7f598ec96db44"),
    (CipherKind::Aes128, 18, "c946bdcdd72a9b8d7078235d87ee1f7ef615edae888086706179b884016ce73b"),
    (CipherKind::Aes128, 0, "3fd701caebc5a96b839b11422cfedb1cdaaa7ecd5a297b60b565e4f0941fffe4"),
    (CipherKind::Aes128, 1, "433156b1ae7bc0a942960ea18fd0a64d7be76f1111cb172f0599d29f62b47ce4"),
    (CipherKind::Aes128, 2, "3cc7ce5008d2a948af0c4257a53c7689235e0118e45634b1d24ec2bde614a86d"),
    (CipherKind::Aes192, 8, "65964b4d265cb90106492c54545d1db1f0920c6f318e47a8f12ce44224f0c3a4"),
    (CipherKind::Aes192, 9, "ff56a8e1dfccedc07fd6fe242ed811c89f2031d1a600fb1a97fc83e83401a386"),
    (CipherKind::Aes192, 11, "f5be4d35482834bb43efdc82a5081bebcd9b3215f184cc1986c142ad15efe46f"),
    (CipherKind::Aes192, 12, "91f04995cdbf2003af9c202586b09da8c39656e9e3176b7dbc08b9f0b376d729"),
    (CipherKind::Aes192, 13, "51ee68eb1a1a29989954609dc0e706b907334f46615b6d24b2ae5c89b4d68547"),
    (CipherKind::Aes192, 14, "6056098462e68b195a48276625f5c7abf940bb1bb0bcc3a40b867d94329e51a2"),
    (CipherKind::Aes192, 15, "42185a234993fa0eb50ca343f6a1b6bf67b05fa8dc73f08622cff39de6aa9715"),
    (CipherKind::Aes192, 16, "94dd094b2b37b0556a698096801f15ddb68780cf24c5d4e45653dbd1b6130a4f"),
    (CipherKind::Aes192, 17, "30b4e06675568e9d3427da0af9c2888098b237c321528929c7722f2f034c6a24"),
    (CipherKind::Aes192, 18, "75d501b882b1f47e21c7c2b4b55ec63b87ca06613aa172e72fbefc75521c7591"),
    (CipherKind::Aes192, 0, "fa85111319140b1a309b272819ff183453c3e017bd4cf872fc92f7ad079409b0"),
    (CipherKind::Aes192, 1, "62bf90f90b13487ce835e3cf29cf5fa11c7747593f000fe70b72743095ccf8f5"),
    (CipherKind::Aes192, 2, "340b6d5554bfb8b3a6d2b86679d47ae860892e9763e9e43aa1b44135595b9f25"),
    (CipherKind::Aes256, 8, "4d5c90a94e8ae48533793145925028a17eae91099fb521a78f8afc424324c6da"),
    (CipherKind::Aes256, 9, "00bc1ef092b6c3453ac48491e9dc75bd4ed9f5203f576df45068175dc157a993"),
    (CipherKind::Aes256, 11, "52f4553e4beaba4e581a46af7aea3ba2a62fd4f0031ee9745e22b1e102b83d53"),
    (CipherKind::Aes256, 12, "1dae9d8b5de235eea96ad99d45942a6917d8153b1c1d4099509cae3ff248e057"),
    (CipherKind::Aes256, 13, "6f8cdb0038e939ab100a9724b2bb6f27f7d75b08076acd426367e196fe2fdf7a"),
    (CipherKind::Aes256, 14, "fd4737878ef7a2df591735259c7aabf7e95a483507680ba932a0b2554c5e81c0"),
    (CipherKind::Aes256, 15, "ecc7a58d01ce5731ff3054817cf07209098324a2cb23d35af5164061e8fb9c3f"),
    (CipherKind::Aes256, 16, "74dd9a0f85940ab78bfd51790ff8b6e332f6bcabda91fe58947f42ec581ac9c9"),
    (CipherKind::Aes256, 17, "54b04b5679507b44db438d7ddba6456a79cd34c4192721c8fd41d1b176d9714c"),
    (CipherKind::Aes256, 18, "38b0629b0306ad6b0219b824bd2fe609fd3b82200ec40223a829a2005b062106"),
    (CipherKind::Aes256, 0, "3697e30066d78a4a811e062bf5cae790e073f943a7096fd247e21b1a1c5031c1"),
    (CipherKind::Aes256, 1, "be693bbf7295092a79d948c4b9858fe4dc595c7083bd353301687b481c020e9f"),
    (CipherKind::Aes256, 2, "db07c87bc29d988cafb5931574f3c23121c00cd1576c9d1bd829b143a7ca90bb"),
];

#[test]
fn mapped_generators() {
    for (cipher, id, expected) in MAPPED {
        let octets = |factor: usize, start: usize, length: usize| -> Vec<u8> {
            (0..length).map(|n| u8::try_from((factor * n + start) % 256).unwrap()).collect()
        };
        let nonce = octets(7, 1, super::nonce_length(cipher));
        let ours = octets(11, 3, cipher.key_length());
        let domain = Domain::standardised(id).unwrap();
        let number = number(cipher, &nonce, &ours, domain.field_bits()).unwrap();
        let mapped = domain.map(&number).unwrap();
        assert_eq!(hex::encode(Sha256::digest(&*mapped)), expected, "{cipher:?} {domain}");
    }
}

#[test]
fn nonces_of_other_lengths_are_refused() {
    assert!(number(CipherKind::Aes192, &[0; 16], &[0; 24], 256).is_none());
    assert!(number(CipherKind::Aes128, &[0; 16], &[0; 24], 256).is_none());
    assert!(Domain::standardised(10).unwrap().map(&[1]).is_none(), "P-224 has no such mapping");
}
