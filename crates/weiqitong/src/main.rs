//! The program: reads the configuration and wires the parts.

fn main() {}
