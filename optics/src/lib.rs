//! White, infrared and ultraviolet page images measured.
