//! `chip.signer.revocation`: the document signer is not revoked.

use super::common::{DEFECT_REPLACED, no_signer};
use crate::checks::texts;
use crate::engine::case::Case;
use crate::engine::entry::{Entry, Member, Needs};
use crate::engine::verdict::Verdict;
use crate::engine::verdict::code;
use crate::{Category, CheckInfo, Finding, Outcome, Severity};
use time::Duration;
use verifier_chip::Limits;
use verifier_chip::authentication::passive::SignerSource;
use verifier_chip::pki::Crl;
use verifier_chip::pki::crl::{RevocationFact, find_revocation};

pub(super) static ENTRY: Entry = Entry {
    info: CheckInfo {
        id: "chip.signer.revocation",
        category: Category::Electronic,
        title: "The document signer is not revoked",
        standard: "Doc 9303-12 6, 7.1.4; BSI TR-03135-1 v5.0.1 5.6.3.2",
        why: "States revoke signers whose keys leaked; their signatures stay mathematically right.",
        outcomes: texts(
            "A fresh revocation list of the issuer, rightly signed, does not name the signer.",
            "A revocation list of the issuer, rightly signed, names the signer, or the root that issued it (`issuer.revoked`).",
            "No revocation list of the issuer is in the trust store, or the newest is over-age (`revocation.no-fresh-crl`).",
            "Does not occur: every issuer publishes revocation lists.",
        ),
        look_at: "Age of the revocation list; the state's notice on the revoked signer.",
        triple: None,
        built: true,
        lack_accepted: false,
    },
    member: Member::Only,
    needs: Needs::CHIP,
    timed: true,
    run,
};

/// Code of the finding that stands in place of the check where no list is fresh.
const NO_FRESH_CRL: &str = "revocation.no-fresh-crl";

fn run(case: &Case<'_>, _member: Member) -> Option<Verdict> {
    let Some(signer) = case.chip().signer() else { return Some(no_signer(case)) };
    if signer.source == SignerSource::Replacement {
        let text =
            "the certificate that an authenticated defect list gives for the signer is trusted by that list";
        return Some(Verdict::new(Outcome::Successful, DEFECT_REPLACED, text));
    }
    let Some(root) = signer.chain.anchor() else {
        let text = "no trusted root was found for the signer, so no revocation list can be believed";
        return Some(Verdict { ran: false, ..Verdict::undetermined(code::DEPENDS, text) });
    };
    Some(match find_revocation(&signer.certificate, root, case.trust, &Limits::default()) {
        RevocationFact::Revoked { entry, crl } => Verdict::failed(
            "signer.revoked",
            format!("revoked on {} by the list of {}", entry.at.date(), crl.this_update().date()),
        ),
        RevocationFact::IssuerRevoked { entry, crl } => Verdict::failed(
            "issuer.revoked",
            format!(
                "the root {} was revoked on {} by the list of {}, and with it what its key signed",
                root.subject(),
                entry.at.date(),
                crl.this_update().date()
            ),
        ),
        RevocationFact::NotListed { crl } => not_listed(case, &crl),
        RevocationFact::NoCrl { unverified } => no_crl(unverified.len()),
    })
}

fn not_listed(case: &Case<'_>, crl: &Crl) -> Verdict {
    let at = case.time.at();
    let days = (at - crl.this_update()).whole_days();
    // A list that does not say when the next one is due is over-age as soon as a state must have issued one: after
    // 90 days (Doc 9303-12 6).
    let due = crl.next_update().unwrap_or_else(|| crl.this_update() + Duration::days(90));
    if at <= due {
        return Verdict::successful(format!(
            "the list of {} does not name the signer",
            crl.this_update().date()
        ));
    }
    let text = format!(
        "the newest revocation list of the issuer is {days} days old and was to be replaced on {}; it does not name the \
         signer",
        due.date()
    );
    missing(text)
}

fn no_crl(unverified: usize) -> Verdict {
    let verdict = missing("no revocation list of the issuer is in the trust store".into());
    if unverified == 0 {
        return verdict;
    }
    let text = format!("{unverified} revocation lists of the issuer do not verify and were ignored");
    verdict.with(Finding::new("revocation.unverified", Severity::Alarm, text).of(&ENTRY.id()).on_first_page())
}

fn missing(text: String) -> Verdict {
    let finding = Finding::new(NO_FRESH_CRL, Severity::Warning, text.clone()).of(&ENTRY.id()).on_first_page();
    Verdict::undetermined(NO_FRESH_CRL, text).ignorable().with(finding)
}
