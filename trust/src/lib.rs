//! Trust store: anchors, lists, pins and snapshots.
