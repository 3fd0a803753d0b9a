//! The command line as data: every verb, every flag, defined once; help is generated from here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Verifies travel documents: machine readable zone, chip, and the page in white, infrared and ultraviolet light.
#[derive(Debug, Parser)]
#[command(name = "verifier", version, arg_required_else_help = true, after_help = EXIT_HELP)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXIT_HELP: &str = "Exit status: 0 all successful; 1 any failed; else 4 any aborted; else 3 any undetermined or not \
supported; 2 wrong usage or any unreadable input (the rest is still judged and printed).";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Utopia end to end: genuine and forged documents, a table, an HTML report
    #[cfg(feature = "demo")]
    Demo(DemoArgs),
    /// Verify captures and print the verdict with its reasons
    Verify(VerifyArgs),
    /// Documents from readers, judged as they come: zones, pages, chips
    Inspect(Box<InspectArgs>),
    /// Machine readable zones as text
    #[command(subcommand)]
    Mrz(MrzVerb),
    /// Chips
    #[command(subcommand)]
    Chip(ChipVerb),
    /// Page images
    #[command(subcommand)]
    Optics(OpticsVerb),
    /// The trust store: anchors, signed lists, pins, history
    #[command(subcommand)]
    Trust(TrustVerb),
    /// Document readers
    #[command(subcommand)]
    Readers(ReadersVerb),
    /// Devices played by this program, for tests and training
    #[cfg(feature = "demo")]
    #[command(subcommand)]
    Emulate(EmulateVerb),
    /// Every check with its run mode under a policy
    Checks(ChecksArgs),
    /// Explain one check: standard, why it matters, what each outcome means, what to look at
    Explain(ExplainArgs),
}

#[cfg(feature = "demo")]
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Folder for captures, trust store and report
    #[arg(long, short, value_name = "DIR", default_value = "demo-out")]
    pub(crate) out: PathBuf,
    /// Seed of the Utopian world
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Where the trust anchors come from.
#[derive(Debug, Clone, Args)]
pub(crate) struct StoreArgs {
    /// Trust store folder [default: $VERIFIER_TRUST, else $XDG_DATA_HOME/verifier/trust]
    #[arg(long, alias = "store", value_name = "STORE")]
    pub(crate) trust: Option<PathBuf>,
}

/// What every judging verb takes.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Capture bundles: folders with a capture.json, or zips of them
    #[arg(required = true, value_name = "CAPTURE")]
    pub(crate) captures: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// Treat an unknown field of a capture as an error
    #[arg(long)]
    pub(crate) strict: bool,
    /// Write a report: FILE.html
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Fail when the report's digest differs from this one
    #[arg(long, value_name = "DIGEST")]
    pub(crate) expect: Option<String>,
}

/// Policy, time, trust and output of a verdict.
#[derive(Debug, Clone, Args)]
pub(crate) struct JudgeArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Folder of document models
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
    /// Device profile made by `verifier optics calibrate`
    #[arg(long, value_name = "PROFILE")]
    pub(crate) device: Option<PathBuf>,
    /// Policy: frontline, chip-only, tr-strict, or a TOML file
    #[arg(long, value_name = "NAME|FILE", default_value = "frontline")]
    pub(crate) policy: String,
    /// Judge as of this time (RFC 3339, or a date), or `captured` for the capture's own time
    #[arg(long, value_name = "TIME|captured")]
    pub(crate) at: Option<String>,
    /// File of hashed document numbers (lost, stolen) to look up
    #[arg(long, value_name = "FILE")]
    pub(crate) lookup: Option<PathBuf>,
    /// One JSON object a capture
    #[arg(long)]
    pub(crate) json: bool,
    /// Show personal data (names, numbers, pictures)
    #[arg(long)]
    pub(crate) personal: bool,
}

/// `verifier inspect`. `Debug` shows no key.
#[derive(Debug, Args)]
#[command(after_help = INSPECT_HELP)]
pub(crate) struct InspectArgs {
    /// Reader, once for each: serial:/dev/ttyUSB0?profile=elyctis, folder:/srv/captures, and at most one for chips
    /// (pcsc:NAME, pn532:/dev/ttyUSB1, vpcd:127.0.0.1:35963, ccid:/dev/ttyS0)
    #[arg(long = "reader", value_name = "URI", required = true)]
    pub(crate) readers: Vec<String>,
    /// Stop after this many documents [default: until the reader ends]
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<u64>,
    /// Give up when no document came for this long (at most 3600)
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..=3600))]
    pub(crate) wait: Option<u64>,
    /// How long after the first part of a document the others are waited for, and a document that was taken away while
    /// it was read; what has not come by then is absent
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) within: u64,
    /// Keep the captures: a new folder or FILE.zip with --count 1, else a folder in which each gets its own
    #[arg(long, short, value_name = "CAPTURE|DIR")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    #[command(flatten, next_help_heading = "Chip readers")]
    pub(crate) chip: ChipFlags,
}

const INSPECT_HELP: &str = "\
One document is one delivery of each reader: it begins with the first, and ends when every reader has delivered or --within \
is over. Where the zone of one reader contradicts another's, it belongs to the next document; so does a second delivery of \
the same reader, unless the first zone had unread cells. The chip is opened by --mrz-key, --mrz or --can, else by the zone \
that another reader delivered, as it was read: unread cells are never guessed. Without a key it is read if it asks for none. \
Files of the chip and images of the page are judged while the rest still comes; nothing is successful before the end.\n\n\
A document that is taken away while it is read is waited for; if it stays away its verdict is aborted, and the next one is \
served. A reader that is unplugged is opened again within the same time; else the program ends with 2.\n\n\
On a terminal progress and each check go to standard error as they come; --log gives them to a file too, without data.";

#[derive(Debug, Subcommand)]
pub(crate) enum MrzVerb {
    /// Check machine readable zones: text with a blank line between documents, or JSON lines
    Check(MrzCheckArgs),
    /// Encode a machine readable zone from fields
    Make(Box<MrzMakeArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct MrzCheckArgs {
    /// Input file; - or nothing for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// One JSON object a document
    #[arg(long)]
    pub(crate) json: bool,
    /// The day by which dates are judged [default: the system clock's]
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<String>,
    /// Accept lower case, spaces, joined lines and repair what the digits allow, saying so
    #[arg(long)]
    pub(crate) lenient: bool,
}

/// The formats that `mrz make` writes.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum MakeFormat {
    Td1,
    Td2,
    Td3,
    MrvA,
    MrvB,
}

#[derive(Debug, Args)]
pub(crate) struct MrzMakeArgs {
    /// Layout
    #[arg(long, value_enum, default_value = "td3")]
    pub(crate) format: MakeFormat,
    /// Document code, for example P, PP, I, V
    #[arg(long, default_value = "P")]
    pub(crate) code: String,
    /// Issuing state, three letters (D for Germany)
    #[arg(long)]
    pub(crate) issuer: String,
    /// Document number
    #[arg(long)]
    pub(crate) number: String,
    /// Nationality, three letters [default: the issuing state]
    #[arg(long)]
    pub(crate) nationality: Option<String>,
    /// Date of birth YYYY-MM-DD or six cells YYMMDD, < for unknown
    #[arg(long)]
    pub(crate) birth: String,
    /// Sex: M, F or X
    #[arg(long, default_value = "X")]
    pub(crate) sex: String,
    /// Date of expiry YYYY-MM-DD or YYMMDD
    #[arg(long)]
    pub(crate) expiry: String,
    /// Primary identifier (surname), in any script of the transliteration tables
    #[arg(long)]
    pub(crate) primary: String,
    /// Secondary identifier (given names)
    #[arg(long, default_value = "")]
    pub(crate) secondary: String,
    /// Optional data, or personal number
    #[arg(long, default_value = "")]
    pub(crate) optional: String,
    /// Second optional data of TD1
    #[arg(long, default_value = "")]
    pub(crate) optional_2: String,
    /// Language of a Cyrillic name (be, bg, mk, ru, sr, uk)
    #[arg(long)]
    pub(crate) language: Option<String>,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ChipVerb {
    /// Read a chip into a capture bundle
    Read(Box<ChipReadArgs>),
    /// Electronic checks only, with the chain drawn
    Check(Box<VerifyArgs>),
}

/// What opens a chip, and how it is read. `Debug` shows no key.
#[derive(Args)]
pub(crate) struct ChipFlags {
    /// Document number, birth and expiry as printed, without check digits; dates as YYMMDD or YYYY-MM-DD
    #[arg(long, value_name = "NUMBER,BIRTH,EXPIRY", group = "key")]
    pub(crate) mrz_key: Option<String>,
    /// File with the lines of the machine readable zone, - for standard input; they go into the capture
    #[arg(long, value_name = "FILE", group = "key")]
    pub(crate) mrz: Option<PathBuf>,
    /// Card access number (PACE only)
    #[arg(long, value_name = "DIGITS", group = "key")]
    pub(crate) can: Option<String>,
    /// Every data group that access allows (DG11, DG12, ...), EF.ATR/INFO and EF.DIR too
    #[arg(long)]
    pub(crate) all: bool,
    /// Never use basic access control where the chip offers PACE and PACE fails
    #[arg(long)]
    pub(crate) no_fallback: bool,
    /// Private key of an inspection system: terminal authentication, then DG3 and DG4. A file (PKCS #8, DER, not
    /// encrypted), or a key in a token:
    /// 'pkcs11:token=LABEL;object=LABEL?module-path=/PATH/MODULE.so&pin-source=file:/PATH' (RFC 7512; the PIN may stand in
    /// VERIFIER_TA_PIN instead, and is tried once)
    #[arg(long, value_name = "FILE|URI", requires = "ta_cert")]
    pub(crate) ta_key: Option<PathBuf>,
    /// Card-verifiable certificates for it, in any order: the inspection system's, the document verifier's, and the
    /// authority's that chips trust (with links, where there are any)
    #[arg(long, value_name = "FILE", requires = "ta_key", num_args = 1..)]
    pub(crate) ta_cert: Vec<PathBuf>,
    /// Day for which these certificates are checked before they are sent [default: today]
    #[arg(long, value_name = "DATE", requires = "ta_key")]
    pub(crate) ta_date: Option<String>,
    /// One line an exchange on standard error: instruction, lengths, status word, time; no data
    #[arg(long)]
    pub(crate) log: bool,
    /// Leave the session's key and random values out of the capture; chip authentication cannot be replayed then
    #[arg(long)]
    pub(crate) no_session: bool,
}

impl std::fmt::Debug for ChipFlags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChipFlags").field("all", &self.all).finish_non_exhaustive()
    }
}

/// `verifier chip read`. `Debug` shows no key.
#[derive(Debug, Args)]
#[command(after_help = READ_HELP)]
pub(crate) struct ChipReadArgs {
    /// Reader: pcsc:NAME, pn532:/dev/ttyUSB0, vpcd:127.0.0.1:35963, ccid:/dev/ttyS0
    #[arg(long, value_name = "URI")]
    pub(crate) reader: String,
    #[command(flatten)]
    pub(crate) chip: ChipFlags,
    /// How long to wait for the document, and for one that was taken away to be put back
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) wait: u64,
    /// Keep what was read when the document is taken away and does not come back
    #[arg(long)]
    pub(crate) partial: bool,
    /// Capture to write: a new folder, or FILE.zip
    #[arg(long, short, value_name = "CAPTURE")]
    pub(crate) out: PathBuf,
}

const READ_HELP: &str = "\
Read are EF.SOD, DG14 with chip authentication, DG15 with active authentication, DG1, DG2 and EF.COM: what a verdict \
needs. Fingers and irises (DG3, DG4) are listed, and read for an inspection system alone (--ta-key), as far as its \
rights go; where the chip refuses it, everything else is read all the same. Access is tried by every PACE that the chip offers, then by \
BAC after a new start, then without a key. Nothing is judged here: see `verifier chip check CAPTURE`.\n\n\
A key on the command line is seen by other users of the machine; --mrz FILE is not.\n\n\
Exit status: 0 everything was read; 2 no such reader, no document in time, a wrong or missing key, a capture that cannot \
be written; 3 the chip refuses access or a file that its security object lists; 4 document or reader were taken away. \
Without --partial nothing is written then.";

#[derive(Debug, Subcommand)]
pub(crate) enum OpticsVerb {
    /// Optical checks only, with values, thresholds and places
    Check(VerifyArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum TrustVerb {
    /// Import master lists, certificates, CRLs, LDIF, deviation and defect lists
    Import(TrustImportArgs),
    /// Pin certificates: the operator's own act of trust
    Pin(TrustPinArgs),
    /// List the certificates of the store
    List(TrustListArgs),
    /// Show one certificate of the store, by the first digits of its SHA-256, its key identifier or its subject
    Show(TrustShowArgs),
    /// Coverage by state: anchors with ages, expired, revoked, algorithms, age of the CRL
    Coverage(TrustCoverageArgs),
    /// The snapshots of the store, newest first
    History(TrustListArgs),
    /// What changed between two snapshots
    Diff(TrustDiffArgs),
    /// Write every anchor as PEM
    Export(TrustExportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct TrustImportArgs {
    /// Files to import
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Certificates to pin first: your act of trust
    #[arg(long, value_name = "CERT")]
    pub(crate) pin: Vec<PathBuf>,
    /// Take lists without a signature; their anchors are marked `unsigned`
    #[arg(long)]
    pub(crate) unsigned: bool,
    /// Take a list that is older than one already imported from the same signer
    #[arg(long)]
    pub(crate) force: bool,
    /// Time of the import [default: the system clock]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrustPinArgs {
    /// Certificates (DER or PEM)
    #[arg(required = true, value_name = "CERT")]
    pub(crate) certificates: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrustListArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// JSON lines
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrustShowArgs {
    /// First digits of the SHA-256 or key identifier, or a part of the subject
    pub(crate) what: String,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// JSON lines
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrustCoverageArgs {
    /// States, two or three letters [default: all]
    #[arg(value_name = "STATE")]
    pub(crate) states: Vec<String>,
    /// Judge ages as of this time
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// JSON lines
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrustDiffArgs {
    /// Older snapshot (first digits of its hash)
    pub(crate) from: String,
    /// Newer snapshot [default: the current one]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TrustExportArgs {
    /// File to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Write the signer certificates too
    #[arg(long)]
    pub(crate) signers: bool,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReadersVerb {
    /// Kinds of readers and the devices found
    List(ReadersListArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ReadersListArgs {
    /// JSON lines
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(feature = "demo")]
#[derive(Debug, Subcommand)]
pub(crate) enum EmulateVerb {
    /// A serial MRZ reader on a pseudo terminal; prints its path
    MrzReader(EmulateMrzArgs),
    /// An e-passport that connects to a reader's socket (vpcd): our own reader, or pcscd with vpcd
    Chip(Box<EmulateChipArgs>),
    /// A PN532 reader on a pseudo terminal with an e-passport in its field; prints its path
    Pn532(EmulateReaderArgs),
    /// A GemPC Twin (CCID over serial) on a pseudo terminal with an e-passport in it; prints its path
    Ccid(EmulateReaderArgs),
}

/// Which e-passport, and how it behaves.
#[cfg(feature = "demo")]
#[derive(Debug, Args)]
pub(crate) struct PassportArgs {
    /// Utopian document, by the name of a demo scenario (genuine, genuine-ecdsa, clone-refuses, ...)
    #[arg(long, value_name = "NAME", default_value = "genuine")]
    pub(crate) document: String,
    /// Serve the chip files of this capture bundle instead; its own keys are not there, so AA and CA are refused
    #[arg(long, value_name = "BUNDLE", conflicts_with = "document")]
    pub(crate) capture: Option<PathBuf>,
    /// What the chip can do: words divided by commas, or a named profile; see --list [default: bac; for a bundle what its
    /// EF.CardAccess offers beside it]
    #[arg(long, value_name = "WORDS")]
    pub(crate) profile: Option<String>,
    /// Card access number instead of the document's own
    #[arg(long, value_name = "DIGITS")]
    pub(crate) can: Option<String>,
    /// What goes wrong, from its Nth command on where a number is given; see --list
    #[arg(long, value_name = "NAME[:N]")]
    pub(crate) fault: Vec<String>,
    /// Write the certificates and the key of a Utopian inspection system into this folder (profiles with ta)
    #[arg(long, value_name = "DIR")]
    pub(crate) inspection: Option<PathBuf>,
    /// Time that each exchange takes beside its bits
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    pub(crate) turnaround: u64,
    /// Speed of the air: 106000, 212000, 424000, 848000; 0 for no limit
    #[arg(long, value_name = "BITS/S", default_value_t = 0)]
    pub(crate) bit_rate: u32,
    /// Seed of the Utopian world (the demo's is 1)
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// List documents, words of profiles, named profiles and faults, and stop
    #[arg(long)]
    pub(crate) list: bool,
}

#[cfg(feature = "demo")]
#[derive(Debug, Args)]
pub(crate) struct EmulateChipArgs {
    /// Where the reader listens; tried again until it does
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:35963")]
    pub(crate) vpcd: String,
    /// Stop when the reader closes the connection, instead of being put on it again
    #[arg(long)]
    pub(crate) once: bool,
    #[command(flatten)]
    pub(crate) passport: PassportArgs,
}

#[cfg(feature = "demo")]
#[derive(Debug, Args)]
pub(crate) struct EmulateReaderArgs {
    /// Symbolic link to make to the pseudo terminal
    #[arg(long, value_name = "PATH")]
    pub(crate) link: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) passport: PassportArgs,
}

#[cfg(feature = "demo")]
#[derive(Debug, Args)]
pub(crate) struct EmulateMrzArgs {
    /// Framing profile
    #[arg(long, default_value = "elyctis")]
    pub(crate) profile: String,
    /// File with the zones to present, a blank line between documents; - for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Symbolic link to make to the pseudo terminal
    #[arg(long, value_name = "PATH")]
    pub(crate) link: Option<PathBuf>,
    /// Seconds to wait before each document
    #[arg(long, default_value_t = 1)]
    pub(crate) every: u64,
}

#[derive(Debug, Args)]
pub(crate) struct ChecksArgs {
    /// Policy whose run modes to show
    #[arg(long, value_name = "NAME|FILE", default_value = "frontline")]
    pub(crate) policy: String,
    /// JSON lines
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Check id, for example chip.issuer.chain
    #[arg(value_name = "CHECK-ID")]
    pub(crate) check: String,
    /// One JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
