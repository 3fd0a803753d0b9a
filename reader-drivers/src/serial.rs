//! Serial MRZ readers: swipe readers, slot readers and imagers on RS-232 or USB-CDC.
//!
//! `serial:/dev/ttyUSB0?profile=elyctis[&baud=115200][&record=FILE]`. The profile is a name of [`Profiles`] or a path
//! that ends in `.toml`. Framing is a state machine without I/O ([`framer`]), the line is [`mod@line`], both are joined
//! in [`reader`].

pub mod checksum;
pub mod delimited;
pub mod elyctis;
pub mod framer;
pub mod line;
pub mod profile;
pub mod reader;
pub mod rte;

use crate::error::{ReaderError, ReaderErrorKind};
use crate::port::Port;
use crate::reader::{Reader, ReaderFactory, ReaderInfo};
use crate::serial::line::SerialLine;
use crate::serial::profile::{Profile, Profiles, Protocol};
use crate::serial::reader::SerialReader;
use crate::session::recorder::Recorder;
use crate::uri::ReaderUri;

/// Opens serial MRZ readers.
#[derive(Default)]
pub struct SerialFactory {
    extra: Vec<Profile>,
}

impl SerialFactory {
    /// A factory that knows these profiles beside the ones that are compiled in.
    #[must_use]
    pub const fn with_profiles(extra: Vec<Profile>) -> Self {
        Self { extra }
    }

    /// All profiles that it knows.
    ///
    /// # Errors
    /// `InvalidProfile`, never for the profiles that are compiled in.
    pub fn profiles(&self) -> Result<Profiles, ReaderError> {
        let mut profiles = Profiles::built_in()?;
        for profile in &self.extra {
            profiles.add(profile.clone());
        }
        Ok(profiles)
    }

    /// The profile that a URI asks for.
    ///
    /// # Errors
    /// `InvalidUri` where none is named, `UnknownProfile`, `InvalidProfile`, or the file cannot be read.
    pub fn profile(&self, uri: &ReaderUri) -> Result<Profile, ReaderError> {
        let profiles = self.profiles()?;
        let Some(name) = uri.parameter("profile") else {
            let known: Vec<_> = profiles.iter().map(|profile| profile.name.as_str()).collect();
            return Err(uri.invalid(format!("profile=NAME is missing; known profiles: {}", known.join(", "))));
        };
        if !name.ends_with(".toml") {
            return profiles.find(name).cloned();
        }
        let text = std::fs::read_to_string(name).map_err(|error| ReaderError::from_io(&error, name))?;
        Profile::from_toml(&text)
    }
}

/// Bit rates to try: the one of the URI, or those of the profile where its protocol can ask.
pub(crate) fn bauds(uri: &ReaderUri, profile: &Profile) -> Result<Vec<u32>, ReaderError> {
    if let Some(baud) = uri.number("baud", 50..=4_000_000)? {
        return Ok(vec![u32::try_from(baud).unwrap_or(9600)]);
    }
    let all = &profile.line.baud;
    Ok(if profile.protocol == Protocol::Elyctis {
        all.clone()
    } else {
        all.iter().take(1).copied().collect()
    })
}

impl ReaderFactory for SerialFactory {
    fn scheme(&self) -> &'static str {
        "serial"
    }

    fn describe(&self) -> &'static str {
        "serial MRZ readers: serial:DEVICE?profile=NAME|FILE.toml[&baud=N][&record=FILE]"
    }

    fn list(&self) -> Result<Vec<ReaderInfo>, ReaderError> {
        list_lines(self.scheme(), "serial line, MRZ reader of a profile")
    }

    fn open(&self, uri: &ReaderUri) -> Result<Box<dyn Reader>, ReaderError> {
        uri.allow(&["profile", "baud", "record"])?;
        let profile = self.profile(uri)?;
        let bauds = bauds(uri, &profile)?;
        let first = bauds.first().copied().unwrap_or(9600);
        let line = SerialLine::open(uri.path(), &profile.line, first)?;
        let port: Box<dyn Port> = match uri.parameter("record") {
            Some(file) => Box::new(Recorder::create(line, uri, file.as_ref())?),
            None => Box::new(line),
        };
        let info = ReaderInfo { uri: uri.clone(), description: profile.description.clone() };
        Ok(Box::new(SerialReader::over(info, profile, port, &bauds)?))
    }
}

/// Serial lines of the machine, as readers of `scheme`.
pub(crate) fn list_lines(scheme: &str, description: &str) -> Result<Vec<ReaderInfo>, ReaderError> {
    // The crate below panics where the kernel's table is not mounted (containers, sandboxes).
    if cfg!(target_os = "linux") && !std::path::Path::new("/sys/class/tty").is_dir() {
        return Ok(Vec::new());
    }
    let ports = serialport::available_ports().map_err(|error| {
        ReaderError::new(ReaderErrorKind::Io(std::io::ErrorKind::Other), scheme).because(error.description)
    })?;
    Ok(ports
        .into_iter()
        .map(|port| ReaderInfo {
            uri: ReaderUri::new(scheme, port.port_name),
            description: description.to_owned(),
        })
        .collect())
}
