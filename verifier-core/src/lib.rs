//! Capture, trust snapshot, policy and time to a verdict in the words of BSI TR-03135.
