//! What people can do, through the public surface, on whichever database the environment names.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod absences;
mod access;
mod account;
mod audit;
mod bars;
mod catalogue;
mod clients;
mod console;
mod demands;
mod desk;
mod discreet;
mod files;
mod fuzz;
mod groups;
mod handovers;
mod health;
mod identity;
mod invitations;
mod known;
mod life;
mod lists;
mod looks;
mod manual;
mod matrix;
mod news;
mod org;
mod org_pages;
mod pages;
mod pairing;
mod pairing_rules;
mod registry;
mod rounds;
mod search;
mod town;
mod trail;
