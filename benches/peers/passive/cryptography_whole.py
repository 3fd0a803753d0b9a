"""Raw verifications and certificate decoding with Python `cryptography`: microseconds of processor time, median."""
import hashlib, statistics, sys, time
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives import hashes


def median(work):
    runs = []
    for _ in range(9):
        count, start = 0, time.thread_time()
        while count < 3 or time.thread_time() - start < 0.05:
            work()
            count += 1
        runs.append((time.thread_time() - start) / count * 1e6)
    return statistics.median(runs)


def verify(certificate, key):
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(certificate.signature, certificate.tbs_certificate_bytes,
                   certificate.signature_algorithm_parameters, certificate.signature_hash_algorithm)
    else:
        key.verify(certificate.signature, certificate.tbs_certificate_bytes,
                   certificate.signature_algorithm_parameters)


if sys.argv[1] == "parse":
    ders = [open(path, "rb").read() for path in sys.argv[2:]]

    def work():
        for der in ders:
            try:
                x509.load_der_x509_certificate(der).public_key()
            except Exception:
                pass
    print(f"cryptography parse_all {median(work):.1f}")
else:
    dsc_der, csca_der = (open(path, "rb").read() for path in sys.argv[1:3])
    try:
        csca = x509.load_der_x509_certificate(csca_der).public_key()
        dsc = x509.load_der_x509_certificate(dsc_der)
        verify(dsc, csca)
        print(f"cryptography raw_chain {median(lambda: verify(dsc, csca)):.1f}")
        print(f"cryptography decode_and_chain "
              f"{median(lambda: verify(x509.load_der_x509_certificate(dsc_der), csca)):.1f}")
    except Exception as error:  # explicit curve parameters are refused
        print(f"cryptography unsupported {type(error).__name__}")
