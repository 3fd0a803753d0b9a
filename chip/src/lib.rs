//! E-passport chips: access, logical data structure, passive and active authentication.
