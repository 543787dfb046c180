//! The screen, drawn from reports that were made up: what it shows, and what it asks for when it is used.

mod bindings;
mod hierarchy;
mod inspector;
mod locks;
mod menus;
mod modules;
mod palette;
mod panels;
mod sample;
mod schedule;
mod settings;
