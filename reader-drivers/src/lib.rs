//! Document readers: serial, folder and their emulators.
