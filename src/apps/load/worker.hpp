#pragma once

#include "apps/load/net/channel.hpp"
#include "apps/load/options.hpp"

/// A worker process has some of the rooms and all their members. It reports its progress to the conductor.
namespace chat::load {

/// Kinds of letters from a worker, in the order in which they come …
namespace from_worker {
constexpr char kJoined = 'j';   // number of joined clients so far
constexpr char kReady = 'r';    // all clients have joined; the worker waits for kStart
constexpr char kFailed = 'n';   // some client could not join; the worker waits for kStart too
constexpr char kSecond = 's';   // a Second
constexpr char kSentAll = 't';  // the worker sends no more messages
constexpr char kResults = 'f';  // Results; the worker waits until the conductor closes the channel
}  // namespace from_worker

/// … and to it.
namespace to_worker {
constexpr char kStart = 'g';  // when the first message is due, on the steady clock; 0 = no run
}  // namespace to_worker

/// Runs the worker and returns the exit code of the process.
int work(const Options& options, const Channel& channel);

}  // namespace chat::load
