"""Documents made by the `openssl` program alone, for curves that the corpus has no security object on.

`make(folder)` writes one folder a document: cms.der (the SignedData), sod.bin (EF.SOD), dsc.der, csca.der.
Keys carry explicit curve parameters, as states write them. Nobody's data: the hashes are of nothing.
"""
import hashlib, pathlib, subprocess

KINDS = {
    "made_bp256_under_bp256": ("brainpoolP256r1", "brainpoolP256r1", "sha256"),
    "made_bp384_under_bp384": ("brainpoolP384r1", "brainpoolP384r1", "sha384"),
    "made_bp512_under_bp512": ("brainpoolP512r1", "brainpoolP512r1", "sha512"),
    "made_bp256_under_bp512": ("brainpoolP256r1", "brainpoolP512r1", "sha512"),
    "made_rsa2048_under_rsa4096": ("2048", "4096", "sha256"),
}

CONFIG = """[req]
distinguished_name = name
prompt = no
[name]
C = UT
O = Utopia
CN = {}
[csca]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[signer]
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def der(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    digits = b"" if size < 128 else size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([128 | len(digits)]) + digits) + content


def security_object():
    """LDSSecurityObject v0 with SHA-256 of two data groups."""
    sha256 = der(0x30, bytes.fromhex("0609608648016503040201"))
    groups = [der(0x30, der(2, bytes([n])), der(4, hashlib.sha256(bytes([n])).digest())) for n in (1, 2)]
    return der(0x30, der(2, b"\0"), sha256, der(0x30, *groups))


def new_key(kind, file):
    if kind.isdigit():
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{kind}", "-out", file)
    else:
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{kind}",
                "-pkeyopt", "ec_param_enc:explicit", "-out", file)


def make(folder):
    for name, (signer, root, hash_) in KINDS.items():
        base = pathlib.Path(folder) / name
        base.mkdir()
        for key, kind in (("signer", signer), ("csca", root)):
            (base / f"{key}.cnf").write_text(CONFIG.format(key))
            new_key(kind, base / f"{key}.key")
        openssl("req", "-x509", "-new", "-key", base / "csca.key", f"-{hash_}", "-days", 5000,
                "-config", base / "csca.cnf", "-extensions", "csca", "-out", base / "csca.pem")
        openssl("req", "-new", "-key", base / "signer.key", "-config", base / "signer.cnf", "-out", base / "signer.csr")
        openssl("x509", "-req", "-in", base / "signer.csr", "-CA", base / "csca.pem", "-CAkey", base / "csca.key",
                f"-{hash_}", "-set_serial", 17, "-days", 4000, "-extfile", base / "signer.cnf",
                "-extensions", "signer", "-out", base / "signer.pem")
        for certificate, out in (("csca", "csca"), ("signer", "dsc")):
            openssl("x509", "-in", base / f"{certificate}.pem", "-outform", "DER", "-out", base / f"{out}.der")
        (base / "content").write_bytes(security_object())
        openssl("cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-econtent_type", "2.23.136.1.1.1",
                "-md", hash_, "-signer", base / "signer.pem", "-inkey", base / "signer.key",
                "-in", base / "content", "-outform", "DER", "-out", base / "cms.der")
        (base / "sod.bin").write_bytes(der(0x77, (base / "cms.der").read_bytes()))
    return list(KINDS)
