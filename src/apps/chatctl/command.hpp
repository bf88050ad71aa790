#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace chat::ctl {

/// The action of a command, called after its arguments have been read; returns the exit code of the program. Throws
/// std::runtime_error with a sentence if it cannot do it: exit code 2.
using Action = std::function<int()>;

/// Each command adds itself, with its options, and stores its action when it is chosen. One file a command; main.cpp
/// lists them.
void add_token_make(CLI::App& token, Action& chosen);
void add_token_check(CLI::App& token, Action& chosen);
void add_rooms_list(CLI::App& rooms, Action& chosen);
void add_rooms_check(CLI::App& rooms, Action& chosen);
void add_people(CLI::App& app, Action& chosen);
void add_drain(CLI::App& app, Action& chosen);
void add_revoke(CLI::App& app, Action& chosen);
void add_block(CLI::App& app, Action& chosen);
void add_ban(CLI::App& app, Action& chosen);
void add_mute(CLI::App& app, Action& chosen);
void add_lift(CLI::App& app, Action& chosen);  // unblock, unban, unmute
void add_sanctions(CLI::App& app, Action& chosen);

}  // namespace chat::ctl
