/* Passive authentication and raw signatures with OpenSSL's C API, for comparison (see ../../METHOD.md).
 * openssl <sod.der> <dsc.der> <csca.der>: microseconds of processor time, median of nine runs.
 *   raw      signature over the signed attributes, and the signer certificate's, keys decoded beforehand
 *   whole    CMS decoded, signature verified with the embedded signer, signer verified under the root's key
 * openssl self <der>: the signature of a self-signed certificate under its own key, decoded beforehand.
 * openssl parse <der...>: every certificate decoded from its octets. */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b) {
    double d = *(const double *)a - *(const double *)b;
    return d < 0 ? -1 : d > 0;
}

static double median(void (*work)(void)) {
    double runs[9];
    for (int i = 0; i < 9; i++) {
        double start = now();
        int count = 0;
        while (count < 3 || now() - start < 50e3) { work(); count++; }
        runs[i] = (now() - start) / count;
    }
    qsort(runs, 9, sizeof *runs, compare);
    return runs[4];
}

static unsigned char *slurp(const char *path, long *length) {
    FILE *f = fopen(path, "rb");
    if (!f) { perror(path); exit(2); }
    fseek(f, 0, SEEK_END);
    *length = ftell(f);
    rewind(f);
    unsigned char *data = malloc(*length);
    if (fread(data, 1, *length, f) != (size_t)*length) exit(2);
    fclose(f);
    return data;
}

static void must(int ok, const char *what) {
    if (!ok) { fprintf(stderr, "%s failed\n", what); ERR_print_errors_fp(stderr); exit(1); }
}

static unsigned char *cms_der; static long cms_length;
static X509 *dsc, *csca; static EVP_PKEY *dsc_key, *csca_key;
static CMS_SignerInfo *info;

static CMS_ContentInfo *decode(void) {
    const unsigned char *p = cms_der;
    return d2i_CMS_ContentInfo(NULL, &p, cms_length);
}

static void raw_object(void) {
    CMS_SignerInfo_set1_signer_cert(info, dsc);
    must(CMS_SignerInfo_verify(info) == 1, "signed attributes");
}

static void raw_chain(void) { must(X509_verify(dsc, csca_key) == 1, "signer certificate"); }

static void whole(void) {
    CMS_ContentInfo *cms = decode();
    must(cms != NULL, "decode");
    must(CMS_verify(cms, NULL, NULL, NULL, NULL, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1, "CMS");
    STACK_OF(X509) *signers = CMS_get0_signers(cms);
    must(X509_verify(sk_X509_value(signers, 0), csca_key) == 1, "chain");
    sk_X509_free(signers);
    CMS_ContentInfo_free(cms);
}

static unsigned char **ders; static long *lengths; static int count;
static void parse_all(void) {
    for (int i = 0; i < count; i++) {
        const unsigned char *p = ders[i];
        X509 *x = d2i_X509(NULL, &p, lengths[i]);
        if (x) { X509_get0_pubkey(x); X509_free(x); }
    }
}

int main(int argc, char **argv) {
    if (argc > 2 && !strcmp(argv[1], "parse")) {
        count = argc - 2;
        ders = calloc(count, sizeof *ders);
        lengths = calloc(count, sizeof *lengths);
        for (int i = 0; i < count; i++) ders[i] = slurp(argv[i + 2], &lengths[i]);
        printf("openssl_api parse_all %.1f\n", median(parse_all));
        return 0;
    }
    if (argc == 3 && !strcmp(argv[1], "self")) {
        long size;
        const unsigned char *at = slurp(argv[2], &size);
        dsc = d2i_X509(NULL, &at, size);
        must(dsc != NULL && (csca_key = X509_get0_pubkey(dsc)) != NULL, "certificate");
        printf("openssl_api self %.1f\n", median(raw_chain));
        return 0;
    }
    if (argc != 4) return 2;
    cms_der = slurp(argv[1], &cms_length);
    long length;
    unsigned char *data = slurp(argv[2], &length);
    const unsigned char *p = data;
    dsc = d2i_X509(NULL, &p, length);
    data = slurp(argv[3], &length);
    p = data;
    csca = d2i_X509(NULL, &p, length);
    must(dsc && csca, "certificates");
    dsc_key = X509_get0_pubkey(dsc);
    csca_key = X509_get0_pubkey(csca);
    must(dsc_key && csca_key, "keys");
    CMS_ContentInfo *cms = decode();
    must(cms != NULL, "decode");
    info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
    printf("openssl_api raw_object %.1f\n", median(raw_object));
    printf("openssl_api raw_chain %.1f\n", median(raw_chain));
    printf("openssl_api whole %.1f\n", median(whole));
    return 0;
}
