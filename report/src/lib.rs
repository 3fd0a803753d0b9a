//! Reports rendered for people and programs.
