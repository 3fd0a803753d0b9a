//! Capture bundles: what a document reader delivered.
