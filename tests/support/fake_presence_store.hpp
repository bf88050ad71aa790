#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chat/backplane/presence_store.hpp"

namespace chat {

/// A presence store that keeps its calls, and answers when the test says so.
class FakePresenceStore final : public PresenceStore {
 public:
  struct Change {
    std::string room;
    PresenceChange change;
  };

  void change(std::string_view room, const PresenceChange& change, Completion<bool> done) override {
    changes.push_back({std::string(room), change});
    answers_.push_back([this, done = std::move(done)] { done(outcome(true)); });
  }
  void load(std::string, Through through, Completion<std::vector<PresenceRow>> done) override {
    ++loads;
    answers_.push_back([this, through, done = std::move(done)] {
      auto found = rows;
      if (through == Through::all_nodes) found.insert(found.end(), dead_rows.begin(), dead_rows.end());
      refuses_leases&& through == Through::living_nodes ? done(Failure{ErrorCode::unavailable, "no leases now"})
                                                        : done(outcome(std::move(found)));
    });
  }
  void renew(std::string_view, Completion<Lease> done) override {
    ++renewals;
    answers_.push_back([this, done = std::move(done)] { done(outcome(lease)); });
  }
  void resign(std::string_view) override { ++resigned; }

  /// Completes all that has been asked.
  void answer() {
    for (auto& complete : std::exchange(answers_, {})) complete();
  }

  bool refuses = false;
  bool refuses_leases = false;
  std::vector<PresenceRow> rows;
  std::vector<PresenceRow> dead_rows;  // of nodes without a lease
  Lease lease;
  std::vector<Change> changes;
  int loads = 0;
  int renewals = 0;
  int resigned = 0;

 private:
  template <class Value>
  Result<Value> outcome(Value value) const {
    if (refuses) return Failure{ErrorCode::unavailable, "not now"};
    return value;
  }
  std::vector<std::function<void()>> answers_;
};

}  // namespace chat
