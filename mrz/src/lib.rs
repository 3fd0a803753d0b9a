//! Machine readable zones of travel documents: ICAO Doc 9303 parts 3-8.
