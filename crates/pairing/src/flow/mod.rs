//! Minimum-cost flow: the cheapest way to send what some nodes have to where it lacks, exactly and with proof.
//!
//! A [`Problem`] is a network: clients send one unit each, arcs lead to the officials who may look after them at a cost,
//! officials have so many places. [`solve`] finds the cheapest [`Plan`]; its [`Certificate`] proves that it is, to anyone
//! who checks it. When there is no plan, a [`Shortage`] names who finds no place. A [`Planner`] keeps its plan, mends it when
//! something changes, and tells what it would cost to do without a pair.
//! [`dimacs`] reads and writes the text form of such networks. Nothing here does IO or asks the time; the same problem
//! always has the same answer.

mod certificate;
pub mod dimacs;
mod problem;
mod shortage;
mod solver;

#[cfg(test)]
mod laws;

pub use certificate::{Certificate, Violation};
pub use problem::{Arc, Change, Malformed, Problem};
pub use shortage::Shortage;
pub use solver::{Detour, Plan, Planner, Refused, Shift, replan, solve};
