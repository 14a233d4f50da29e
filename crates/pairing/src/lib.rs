//! Who looks after whom, at the least total cost, with the proof that none is cheaper.
//!
//! [`flow`] is the optimiser: networks, their cheapest flow, and what proves it. Nothing in this crate does IO or asks the
//! time; the same question always has the same answer.

pub mod city;
pub mod flow;

pub use flow::{
    Arc, Certificate, Change, Detour, Malformed, Plan, Planner, Problem, Refused, Shift, Shortage, Violation, dimacs,
    dimacs::read, replan, solve,
};
