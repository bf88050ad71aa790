#pragma once

#include <string>
#include <vector>

#include "chat/auth/sanctions.hpp"
#include "chat/backplane/cluster_kv.hpp"
#include "chat/base/clock.hpp"

namespace chat {

/// The sanctions of a cluster in its store: a list that all nodes share, with one entry for each key_of().
/// Thread: the backplane loop, also for completions. Owner: SanctionBook, or a program that changes the list.
/// Errors: those of ClusterKv; bad_request with a sentence, at once, if a sanction has a fault or is over.
class SanctionStore {
 public:
  static constexpr const char* kList = "sanctions";

  SanctionStore(ClusterKv& kv, const Clock& clock) : kv_(kv), clock_(clock) {}

  /// Takes the place of a sanction with the same kind, subject and room.
  void add(const Sanction& sanction, Completion<bool> done);
  /// True if there was one.
  void lift(Sanction::Kind kind, std::string_view subject, std::string_view room, Completion<bool> done);
  /// Entries that no node has written are left out.
  void read(Completion<std::vector<Sanction>> done);

  /// Puts a mark into the list, by whose absence a node notices that the store has lost it.
  struct Reading {
    std::vector<Sanction> sanctions;
    bool is_marked = false;
  };
  void read_marked(Completion<Reading> done);
  void mark(Completion<bool> done);
  /// Adds it unless there is one in its place, or one was lifted in the last minute.
  void restore(const Sanction& sanction, Completion<bool> done);

 private:
  static constexpr Seconds kLifted{60};  // what was lifted is not restored
  ClusterKv& kv_;
  const Clock& clock_;
};

}  // namespace chat
