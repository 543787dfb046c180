//! The console's own commands. Every other line calls an operator.

use playground::console::{Accepted, ConsoleViewTrait, Level};

/// What `help` lists and completion offers.
pub const NAMES: [&str; 4] = ["help", "clear", "echo", "history"];

const HELP: &str = "\
help               this list
clear              forget the lines above
echo TEXT          write a line
history            what was typed before
OPERATOR a=1 b=2   run an operator; operator.list shows all of them";

/// Does a line, or says that it is an operator's.
pub fn accept(console: &impl ConsoleViewTrait, line: &str) -> Accepted {
    let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
    match command {
        "" => {}
        "help" => console.log(Level::Info, "console", HELP),
        "clear" => console.clear(),
        "echo" => console.log(Level::Info, "console", rest),
        "history" => console.log(Level::Info, "console", &console.history().join("\n")),
        _ => return Accepted::Operator(line.to_owned()),
    }
    Accepted::Done
}
