//! Object identifiers by standard.

use crate::ber::Oid;

macro_rules! oids {
    ($($(#[$doc:meta])* $name:ident = [$($arc:literal),*];)*) => {
        $($(#[$doc])* pub const $name: Oid = Oid::of(&[$($arc),*]);)*
    };
}

oids! {
    /// ldsSecurityObject, Doc 9303-10 4.6.2.
    LDS_SECURITY_OBJECT = [2, 23, 136, 1, 1, 1];
    /// cscaMasterList, Doc 9303-12 9.
    MASTER_LIST = [2, 23, 136, 1, 1, 2];
    /// cscaMasterListSigningKey, Doc 9303-12 7.1.
    MASTER_LIST_SIGNING = [2, 23, 136, 1, 1, 3];
    /// nameChange extension, Doc 9303-12 7.1.
    NAME_CHANGE = [2, 23, 136, 1, 1, 6, 1];
    /// documentTypeList extension, Doc 9303-12 7.1.
    DOCUMENT_TYPE_LIST = [2, 23, 136, 1, 1, 6, 2];
    /// DeviationList, Doc 9303-12 10.
    DEVIATION_LIST = [2, 23, 136, 1, 1, 7];
    /// DeviationListSigningKey, Doc 9303-12 7.1.
    DEVIATION_LIST_SIGNING = [2, 23, 136, 1, 1, 8];
    /// aaProtocolObject: ActiveAuthenticationInfo, Doc 9303-11 9.2.6.
    ACTIVE_AUTHENTICATION = [2, 23, 136, 1, 1, 5];
    /// id-EFDIR, Doc 9303-11 9.2.
    EF_DIR = [2, 23, 136, 1, 1, 13];
    /// id-icao-vdsSigner.
    VDS_SIGNER = [2, 23, 136, 1, 1, 11, 1];
    /// Another ldsSecurityObject, met in French and Belgian documents.
    LDS_SECURITY_OBJECT_TELETRUST = [1, 3, 27, 1, 1, 1];
    /// Another ldsSecurityObject, met in old Dutch documents.
    LDS_SECURITY_OBJECT_SDU = [1, 2, 528, 1, 1006, 1, 20, 1];
    /// BSI DefectList, TR-03129-2 7.
    DEFECT_LIST = [0, 4, 0, 127, 0, 7, 3, 1, 5];
    /// id-electronicDefectListSigningKey, TR-03129-2 v1.4.2 8.2.
    DEFECT_LIST_SIGNING = [0, 4, 0, 127, 0, 7, 3, 11, 2, 1, 2];

    /// id-data, RFC 5652 4.
    DATA = [1, 2, 840, 113549, 1, 7, 1];
    /// id-signedData, RFC 5652 5.
    SIGNED_DATA = [1, 2, 840, 113549, 1, 7, 2];
    /// contentType attribute, RFC 5652 11.1.
    CONTENT_TYPE = [1, 2, 840, 113549, 1, 9, 3];
    /// messageDigest attribute, RFC 5652 11.2.
    MESSAGE_DIGEST = [1, 2, 840, 113549, 1, 9, 4];
    /// signingTime attribute, RFC 5652 11.3.
    SIGNING_TIME = [1, 2, 840, 113549, 1, 9, 5];
    /// Signed attribute cmsAlgorithmProtection (RFC 6211).
    ALGORITHM_PROTECTION = [1, 2, 840, 113549, 1, 9, 52];
    /// Signed attribute signingCertificate (RFC 2634 5.4).
    SIGNING_CERTIFICATE = [1, 2, 840, 113549, 1, 9, 16, 2, 12];
    /// Signed attribute signingCertificateV2 (RFC 5035 3).
    SIGNING_CERTIFICATE_V2 = [1, 2, 840, 113549, 1, 9, 16, 2, 47];

    /// rsaEncryption, RFC 8017.
    RSA_ENCRYPTION = [1, 2, 840, 113549, 1, 1, 1];
    /// sha1WithRSAEncryption.
    RSA_SHA1 = [1, 2, 840, 113549, 1, 1, 5];
    /// sha224WithRSAEncryption.
    RSA_SHA224 = [1, 2, 840, 113549, 1, 1, 14];
    /// sha256WithRSAEncryption.
    RSA_SHA256 = [1, 2, 840, 113549, 1, 1, 11];
    /// sha384WithRSAEncryption.
    RSA_SHA384 = [1, 2, 840, 113549, 1, 1, 12];
    /// sha512WithRSAEncryption.
    RSA_SHA512 = [1, 2, 840, 113549, 1, 1, 13];
    /// id-RSASSA-PSS, RFC 4055.
    RSA_PSS = [1, 2, 840, 113549, 1, 1, 10];
    /// id-mgf1, RFC 4055.
    MGF1 = [1, 2, 840, 113549, 1, 1, 8];
    /// id-ecPublicKey, RFC 5480.
    EC_PUBLIC_KEY = [1, 2, 840, 10045, 2, 1];
    /// prime-field, X9.62.
    PRIME_FIELD = [1, 2, 840, 10045, 1, 1];
    /// ecdsa-with-SHA1.
    ECDSA_SHA1 = [1, 2, 840, 10045, 4, 1];
    /// ecdsa-with-SHA224.
    ECDSA_SHA224 = [1, 2, 840, 10045, 4, 3, 1];
    /// ecdsa-with-SHA256.
    ECDSA_SHA256 = [1, 2, 840, 10045, 4, 3, 2];
    /// ecdsa-with-SHA384.
    ECDSA_SHA384 = [1, 2, 840, 10045, 4, 3, 3];
    /// ecdsa-with-SHA512.
    ECDSA_SHA512 = [1, 2, 840, 10045, 4, 3, 4];
    /// ecdsa-plain-SHA1, BSI TR-03111 5.2.1.1.
    ECDSA_PLAIN_SHA1 = [0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 1];
    /// ecdsa-plain-SHA224.
    ECDSA_PLAIN_SHA224 = [0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 2];
    /// ecdsa-plain-SHA256.
    ECDSA_PLAIN_SHA256 = [0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 3];
    /// ecdsa-plain-SHA384.
    ECDSA_PLAIN_SHA384 = [0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 4];
    /// ecdsa-plain-SHA512.
    ECDSA_PLAIN_SHA512 = [0, 4, 0, 127, 0, 7, 1, 1, 4, 1, 5];
    /// id-dsa, RFC 3279.
    DSA = [1, 2, 840, 10040, 4, 1];
    /// dsa-with-sha1.
    DSA_SHA1 = [1, 2, 840, 10040, 4, 3];
    /// dsa-with-sha224.
    DSA_SHA224 = [2, 16, 840, 1, 101, 3, 4, 3, 1];
    /// dsa-with-sha256.
    DSA_SHA256 = [2, 16, 840, 1, 101, 3, 4, 3, 2];
    /// dsa-with-sha384.
    DSA_SHA384 = [2, 16, 840, 1, 101, 3, 4, 3, 3];
    /// dsa-with-sha512.
    DSA_SHA512 = [2, 16, 840, 1, 101, 3, 4, 3, 4];

    /// SHA-1.
    SHA1 = [1, 3, 14, 3, 2, 26];
    /// SHA-224.
    SHA224 = [2, 16, 840, 1, 101, 3, 4, 2, 4];
    /// SHA-256.
    SHA256 = [2, 16, 840, 1, 101, 3, 4, 2, 1];
    /// SHA-384.
    SHA384 = [2, 16, 840, 1, 101, 3, 4, 2, 2];
    /// SHA-512.
    SHA512 = [2, 16, 840, 1, 101, 3, 4, 2, 3];

    /// subjectKeyIdentifier, RFC 5280 4.2.1.2.
    SUBJECT_KEY_IDENTIFIER = [2, 5, 29, 14];
    /// keyUsage.
    KEY_USAGE = [2, 5, 29, 15];
    /// privateKeyUsagePeriod.
    PRIVATE_KEY_USAGE_PERIOD = [2, 5, 29, 16];
    /// subjectAltName.
    SUBJECT_ALTERNATIVE_NAME = [2, 5, 29, 17];
    /// issuerAltName.
    ISSUER_ALTERNATIVE_NAME = [2, 5, 29, 18];
    /// basicConstraints.
    BASIC_CONSTRAINTS = [2, 5, 29, 19];
    /// cRLNumber.
    CRL_NUMBER = [2, 5, 29, 20];
    /// reasonCode of a CRL entry.
    CRL_REASON = [2, 5, 29, 21];
    /// invalidityDate of a CRL entry.
    CRL_INVALIDITY_DATE = [2, 5, 29, 24];
    /// holdInstructionCode of a CRL entry.
    CRL_HOLD_INSTRUCTION = [2, 5, 29, 23];
    /// certificateIssuer of a CRL entry.
    CRL_CERTIFICATE_ISSUER = [2, 5, 29, 29];
    /// deltaCRLIndicator.
    CRL_DELTA = [2, 5, 29, 27];
    /// issuingDistributionPoint.
    CRL_ISSUING_DISTRIBUTION_POINT = [2, 5, 29, 28];
    /// nameConstraints.
    NAME_CONSTRAINTS = [2, 5, 29, 30];
    /// cRLDistributionPoints.
    CRL_DISTRIBUTION_POINTS = [2, 5, 29, 31];
    /// certificatePolicies.
    CERTIFICATE_POLICIES = [2, 5, 29, 32];
    /// policyMappings.
    POLICY_MAPPINGS = [2, 5, 29, 33];
    /// authorityKeyIdentifier.
    AUTHORITY_KEY_IDENTIFIER = [2, 5, 29, 35];
    /// policyConstraints.
    POLICY_CONSTRAINTS = [2, 5, 29, 36];
    /// extKeyUsage.
    EXTENDED_KEY_USAGE = [2, 5, 29, 37];
    /// freshestCRL.
    FRESHEST_CRL = [2, 5, 29, 46];
    /// inhibitAnyPolicy.
    INHIBIT_ANY_POLICY = [2, 5, 29, 54];
    /// subjectDirectoryAttributes.
    SUBJECT_DIRECTORY_ATTRIBUTES = [2, 5, 29, 9];

    /// countryName, X.520.
    COUNTRY = [2, 5, 4, 6];
    /// commonName.
    COMMON_NAME = [2, 5, 4, 3];
    /// localityName.
    LOCALITY = [2, 5, 4, 7];
}
