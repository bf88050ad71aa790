#pragma once

#include "apps/load/net/channel.hpp"
#include "apps/load/options.hpp"

/// A process with some of the rooms, and everybody in them. It tells the conductor how it goes on.
namespace chat::load {

/// Kinds of letters from a worker, in the order in which they come …
namespace from_worker {
constexpr char kJoined = 'j';   // how many so far
constexpr char kReady = 'r';    // all of them; now it waits for kStart
constexpr char kFailed = 'n';   // not all of them; now it waits for kStart too
constexpr char kSecond = 's';   // a Second
constexpr char kTalked = 't';   // nothing more will be sent
constexpr char kResults = 'f';  // Results; now it waits for the channel to be closed
}  // namespace from_worker

/// … and to it.
namespace to_worker {
constexpr char kStart = 'g';  // when the first message is due, on the steady clock; 0 = not at all
}  // namespace to_worker

/// Does the work and returns the exit code of the process.
int work(const Options& options, const Channel& channel);

}  // namespace chat::load
