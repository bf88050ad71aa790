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

 private:
  ClusterKv& kv_;
  const Clock& clock_;
};

}  // namespace chat
