//! Deviations from the profiles, with codes that stay the same for ever.
//!
//! A finding never stops reading. Its [`Weight`] says what is known about it: [`Weight::Deviation`] occurs
//! in genuine documents and certificates, [`Weight::Violation`] is not known from any genuine one, so a
//! policy may fail it.

use std::fmt;

/// What experience says about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth showing; nothing is wrong by itself.
    Note,
    /// Contradicts the profile, and genuine documents are known that have it.
    Deviation,
    /// Contradicts the profile in a way that no genuine document is known to have.
    Violation,
}

/// One deviation, with detail where there is any (never personal data).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// Numbers, identifiers or names of fields.
    pub detail: Option<String>,
}

impl Finding {
    /// A finding without detail.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, detail: None }
    }

    /// A finding with detail.
    #[must_use]
    pub fn with(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: Some(detail.into()) }
    }

    /// Weight of its code.
    #[must_use]
    pub fn weight(&self) -> Weight {
        self.code.weight()
    }
}

impl From<Code> for Finding {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.meaning())?;
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

macro_rules! codes {
    ($($variant:ident $code:literal $weight:ident $reference:literal $meaning:literal;)*) => {
        /// Every deviation this crate reports.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
        }

        impl Code {
            /// All codes, in order of subject: the table of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable code, such as `certificate.aki-missing`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// What experience says.
            #[must_use]
            pub fn weight(self) -> Weight {
                match self { $(Self::$variant => Weight::$weight,)* }
            }

            /// Standard and section that is deviated from.
            #[must_use]
            pub fn reference(self) -> &'static str {
                match self { $(Self::$variant => $reference,)* }
            }

            /// One sentence for people.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    CertificateVersion "certificate.version" Deviation "Doc 9303-12 7.1" "certificate is not X.509 version 3";
    SerialNegative "certificate.serial-negative" Deviation "RFC 5280 4.1.2.2" "serial number is negative";
    SerialZero "certificate.serial-zero" Deviation "RFC 5280 4.1.2.2" "serial number is zero";
    SerialTooLong "certificate.serial-too-long" Deviation "RFC 5280 4.1.2.2" "serial number is longer than 20 octets";
    SerialNotMinimal "certificate.serial-not-minimal" Deviation "X.690 8.3.2" "serial number has redundant leading octets";
    AlgorithmParameters "certificate.algorithm-parameters" Deviation "RFC 3279 2.2, RFC 5758 3.2" "signature algorithm parameters are not as the algorithm asks for";
    AlgorithmMismatch "certificate.algorithm-mismatch" Violation "RFC 5280 4.1.1.2" "inner and outer signature algorithm differ";
    CountryMissing "certificate.country-missing" Deviation "Doc 9303-12 7.1.1" "subject or issuer has no country";
    CountryForm "certificate.country-form" Deviation "Doc 9303-12 7.1.1" "country is not two upper-case letters";
    CountryDiffers "certificate.country-differs" Deviation "Doc 9303-12 7.1" "issuer and subject country differ";
    CommonNameMissing "certificate.common-name-missing" Deviation "Doc 9303-12 7.1.1" "subject has no common name";
    NameStringType "certificate.name-string-type" Deviation "Doc 9303-12 7.1.1" "name uses a string type other than PrintableString and UTF8String";
    TimeEncoding "certificate.time-encoding" Deviation "RFC 5280 4.1.2.5" "validity uses the wrong time type for its year";
    ValidityReversed "certificate.validity-reversed" Violation "RFC 5280 4.1.2.5" "validity ends before it begins";
    UniqueIdentifier "certificate.unique-identifier" Deviation "Doc 9303-12 7.1" "issuer or subject unique identifier is present";
    ExtensionDuplicate "certificate.extension-duplicate" Violation "RFC 5280 4.2" "an extension occurs twice";
    ExtensionMalformed "certificate.extension-malformed" Deviation "RFC 5280 4.2" "an extension does not decode";
    ExtensionUnknownCritical "certificate.extension-unknown-critical" Violation "RFC 5280 4.2" "an unknown extension is critical";
    ExtensionCriticality "certificate.extension-criticality" Deviation "Doc 9303-12 7.1" "an extension has the wrong criticality";
    ExtensionForbidden "certificate.extension-forbidden" Deviation "Doc 9303-12 7.1" "an extension that the profile forbids is present";
    SkiMissing "certificate.ski-missing" Deviation "Doc 9303-12 7.1" "subject key identifier is missing";
    SkiNotWrapped "certificate.ski-not-wrapped" Deviation "RFC 5280 4.2.1.2" "subject key identifier is not wrapped in an OCTET STRING";
    AkiMissing "certificate.aki-missing" Deviation "Doc 9303-12 7.1" "authority key identifier is missing";
    AkiWithoutKeyIdentifier "certificate.aki-without-key-identifier" Deviation "Doc 9303-12 7.1" "authority key identifier names no key identifier";
    KeyUsageMissing "certificate.key-usage-missing" Deviation "Doc 9303-12 7.1" "key usage is missing";
    KeyUsageBits "certificate.key-usage-bits" Deviation "Doc 9303-12 7.1" "key usage has bits beyond those of its role";
    KeyUsageWrong "certificate.key-usage-wrong" Violation "Doc 9303-12 7.1" "key usage does not allow this role";
    BasicConstraintsMissing "certificate.basic-constraints-missing" Deviation "Doc 9303-12 7.1" "basic constraints are missing";
    BasicConstraintsNotCa "certificate.basic-constraints-not-ca" Deviation "Doc 9303-12 7.1" "basic constraints do not say CA";
    SignerIsCa "certificate.signer-is-ca" Violation "Doc 9303-12 7.1" "a signer's certificate says that it is a CA";
    PathLength "certificate.path-length" Deviation "Doc 9303-12 7.1" "path length constraint is not zero";
    BooleanEncoding "certificate.boolean-encoding" Deviation "X.690 11.1" "BOOLEAN is neither 00 nor FF";
    DefaultEncoded "certificate.default-encoded" Deviation "X.690 11.5" "a default value is encoded";
    ExtendedKeyUsageWrong "certificate.extended-key-usage-wrong" Violation "Doc 9303-12 7.1" "extended key usage belongs to another role";
    ExtendedKeyUsageMissing "certificate.extended-key-usage-missing" Violation "Doc 9303-12 7.1" "extended key usage of a list signer is missing";
    KeyPeriodMissing "certificate.private-key-usage-period-missing" Deviation "Doc 9303-12 7.1" "private key usage period is missing";
    AlternativeNameMissing "certificate.alternative-name-missing" Deviation "Doc 9303-12 7.1" "subject or issuer alternative name is missing";
    CrlDistributionMissing "certificate.crl-distribution-missing" Deviation "Doc 9303-12 7.1" "CRL distribution points are missing";
    DocumentTypesMissing "certificate.document-types-missing" Deviation "Doc 9303-12 7.1" "document type list is missing";
    DocumentTypesForm "certificate.document-types-form" Deviation "Doc 9303-12 7.1.1.9" "document type list has another structure than the profile's";
    IssuerNameDiffers "certificate.issuer-name-differs" Deviation "RFC 5280 6.1.3" "issuer name is not the subject of the certificate whose key signed it";
    CurveNamed "key.curve-named" Deviation "Doc 9303-12 4.4.2" "curve is named where explicit parameters are asked for";
    CurveParameterLength "key.curve-parameter-length" Deviation "SEC 1 2.3.5" "curve coefficients have not the length of the field";
    CurveCofactorMissing "key.curve-cofactor-missing" Deviation "Doc 9303-12 4.4.2" "explicit curve parameters lack the cofactor";
    CurvePointCompressed "key.curve-point-compressed" Deviation "Doc 9303-12 4.4.2" "a point is compressed";
    KeyWeak "key.weak" Note "BSI TR-03116-2, Doc 9303-12 4.4" "key is weaker than 112 bits of security";
    HashWeak "signature.hash-weak" Note "Doc 9303-12 4.4.4" "SHA-1 is used";
    DigestInfoNullMissing "signature.digest-info-null-missing" Deviation "RFC 8017 8.2.2" "DigestInfo lacks the NULL of its algorithm";
    PssHashesDiffer "signature.pss-hashes-differ" Deviation "RFC 4055 3.1" "PSS uses another hash in its mask generation";
    SodTrailing "sod.trailing" Violation "Doc 9303-10 4.6.2" "octets follow EF.SOD";
    SodBer "sod.ber" Deviation "Doc 9303-10 4.6.2" "CMS uses lengths that DER does not allow";
    CmsVersion "cms.version" Deviation "RFC 5652 5.1" "SignedData version is not the one its content asks for";
    CmsContentType "cms.content-type" Deviation "Doc 9303-10 4.6.2.1" "content type is not the one of Doc 9303";
    CmsDigestAlgorithms "cms.digest-algorithms" Deviation "RFC 5652 5.1" "digestAlgorithms does not list the signer's digest";
    CmsSeveralSigners "cms.several-signers" Deviation "Doc 9303-10 4.6.2.1" "there is more than one signer info";
    CmsOtherSignerFailed "cms.other-signer-failed" Violation "RFC 5652 5.6" "another signer info does not verify";
    CmsSignerVersion "cms.signer-version" Deviation "RFC 5652 5.3" "SignerInfo version does not fit its signer identifier";
    CmsAttributesUnsorted "cms.attributes-unsorted" Deviation "RFC 5652 5.4" "signed attributes are not sorted as DER asks; they verify after sorting";
    CmsAttributesAbsent "cms.attributes-absent" Deviation "RFC 5652 5.3" "there are no signed attributes";
    CmsSignatureAlgorithm "cms.signature-algorithm" Deviation "RFC 5754 3" "signature algorithm names a key type only; the digest algorithm is used";
    CmsCertificateMalformed "cms.certificate-malformed" Deviation "Doc 9303-10 4.6.2.1" "an embedded certificate does not parse";
    CmsNoCertificate "cms.no-certificate" Deviation "Doc 9303-12 7.1" "no certificate is embedded";
    CmsExtraCertificate "cms.extra-certificate" Note "Doc 9303-10 4.6.2.1" "more certificates are embedded than the signer's";
    SignerMatchedByName "signer.matched-by-normalised-name" Deviation "RFC 5280 7.1" "signer identifier equals the certificate's issuer only after normalisation";
    SignerMatchedBySerial "signer.matched-by-serial" Deviation "RFC 5652 5.3" "signer identifier fits the only certificate by serial number alone";
    LdsVersion "lds.version" Deviation "Doc 9303-10 4.6.2.2" "LDS security object version is unknown";
    LdsVersionInfoMissing "lds.version-info-missing" Deviation "Doc 9303-10 4.6.2.2" "version 1 lacks the LDS version info";
    LdsVersionInfoUnexpected "lds.version-info-unexpected" Deviation "Doc 9303-10 4.6.2.2" "version 0 has LDS version info";
    LdsHashAlgorithm "lds.hash-algorithm" Violation "Doc 9303-12 4.4.4" "hash algorithm of the data groups is unknown";
    LdsDuplicate "lds.data-group-duplicate" Violation "Doc 9303-10 4.6.2.2" "a data group is listed twice";
    LdsNumber "lds.data-group-number" Violation "Doc 9303-10 4.6.2.2" "a data group number is not 1 to 16";
    LdsEmpty "lds.no-data-groups" Violation "Doc 9303-10 4.6.2.2" "fewer than two data groups are listed";
    LdsHashLength "lds.hash-length" Violation "Doc 9303-10 4.6.2.2" "a data group hash has not the length of its algorithm";
    LdsDg1Missing "lds.dg1-missing" Violation "Doc 9303-10 4.6.2.2" "DG1 or DG2 is not listed";
    ListTrailing "list.trailing" Deviation "X.690 8.1" "octets follow the list";
    ListUnsorted "list.unsorted" Deviation "X.690 11.6" "the set of certificates is not sorted as DER asks";
    ListDuplicate "list.duplicate" Deviation "Doc 9303-12 9" "a certificate is listed twice";
    ListCertificateMalformed "list.certificate-malformed" Deviation "Doc 9303-12 9" "a listed certificate does not parse";
    ListSigningTimeMissing "list.signing-time-missing" Deviation "Doc 9303-12 9" "the list has no signing time";
    ListUnsigned "list.unsigned" Note "Doc 9303-12 9" "the list carries no signature";
    ListVersion "list.version" Deviation "Doc 9303-12 9, 10" "version of the list is unknown";
    CrlVersion "crl.version" Deviation "Doc 9303-12 7.2" "CRL is not version 2";
    CrlNumberMissing "crl.number-missing" Deviation "Doc 9303-12 7.2" "CRL has no number";
    CrlNextUpdateMissing "crl.next-update-missing" Deviation "Doc 9303-12 7.2" "CRL does not say when the next one comes";
    CrlEmptyList "crl.empty-list" Deviation "RFC 5280 5.1.2.6" "CRL has an empty list instead of none";
    CrlExtension "crl.extension" Deviation "Doc 9303-12 7.2" "CRL has an extension that the profile does not allow";
    CrlUnknownCritical "crl.unknown-critical" Violation "RFC 5280 5.2" "CRL has an unknown critical extension";
    CrlDuplicate "crl.duplicate" Deviation "RFC 5280 5.1.2.6" "a serial number is revoked twice";
    SecurityInfosMalformed "lds.security-info-malformed" Deviation "Doc 9303-11 9.2" "a security info does not decode";
    LdsOuterTagMissing "lds.outer-tag-missing" Deviation "Doc 9303-10 4.7" "the file lacks its outer tag";
    LdsTagListMissing "lds.tag-list-missing" Deviation "Doc 9303-10 4.7.11, 4.7.12" "a detail group has no tag list";
    LdsTagListDiffers "lds.tag-list-differs" Deviation "Doc 9303-10 4.7.11, 4.7.12" "the tag list and the fields differ";
    LdsTagUnknown "lds.tag-unknown" Note "Doc 9303-10 4.7" "a data group has a field that the standard does not define";
    LdsFieldDuplicate "lds.field-duplicate" Deviation "Doc 9303-10 4.7" "a field stands twice; the first counts";
    LdsCountDiffers "lds.count-differs" Deviation "Doc 9303-10 4.7" "a declared number is not the number that is there";
    LdsTextEncoding "lds.text-encoding" Deviation "Doc 9303-10 4.7.11, 4.7.12" "a text is not UTF-8; it is read as ISO 8859-1";
    LdsDateForm "lds.date-form" Deviation "Doc 9303-10 4.7.11, 4.7.12" "a date is neither digits nor packed decimals";
    LdsTooMany "lds.too-many" Violation "Doc 9303-10 4.7" "a data group repeats an element more often than is read";
    BiometricHeader "biometric.header" Deviation "Doc 9303-10 4.7.2.1" "the biometric header is missing or contradicts the record";
    BiometricWrapperMissing "biometric.wrapper-missing" Deviation "Doc 9303-10 4.5.6" "7F2E lacks the A1 around the data block";
    BiometricVersion "biometric.version" Deviation "ISO/IEC 19794, ISO/IEC 39794" "version of a biometric record is unknown; what is known of it is read";
    BiometricLength "biometric.length" Deviation "ISO/IEC 19794" "a length inside a biometric record is wrong";
    BiometricRecordMalformed "biometric.record-malformed" Violation "ISO/IEC 19794, ISO/IEC 39794" "a biometric record is malformed and left out";
    BiometricFieldMissing "biometric.field-missing" Deviation "ISO/IEC 39794" "a mandatory field of a biometric record is missing";
    BiometricImageFormat "biometric.image-format" Deviation "Doc 9303-10 4.7" "a picture is not of the format that its record declares";
    BiometricImageSize "biometric.image-size" Deviation "ISO/IEC 19794" "a picture has not the size that its record declares";
    BiometricCodestream "biometric.codestream" Deviation "ISO/IEC 15444-1 annex I" "a JPEG 2000 codestream stands without its file format";
    BiometricSeveral "biometric.several" Deviation "Doc 9303-10 4.7.3.2.4" "one template holds several features";
    ActiveInfoMissing "aa.info-missing" Deviation "Doc 9303-11 6.1, 9.2.6" "ActiveAuthenticationInfo is missing; the hash was chosen by key length";
    ActiveTrailer "aa.trailer" Note "ISO/IEC 9796-2 8.1" "hash was named by the trailer";
    ActiveSignatureEncoding "aa.signature-encoding" Deviation "Doc 9303-11 6.1" "ECDSA answer is DER instead of plain";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Code;

    #[test]
    fn codes_are_unique_and_spelt_alike() {
        let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        for code in codes {
            assert!(code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c)));
            assert_eq!(code.matches('.').count(), 1, "{code}");
        }
    }
}
