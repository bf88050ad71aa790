#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "chat/backplane/cluster_kv.hpp"

namespace chat {

/// A store with one list, which answers a reading when the test says so.
class HeldLists final : public ClusterKv {
 public:
  std::map<std::string, ListEntry> entries;
  std::string watched;
  std::function<void()> changed;

  std::size_t readings() const { return readings_.size(); }
  void answer() { complete(all()); }
  void fail() { complete(Failure{ErrorCode::unavailable, "not now"}); }

  void put(std::string, std::string key, std::string value, Milliseconds kept, Completion<bool> done) override {
    entries[key] = {key, std::move(value), kept.count()};
    if (changed) changed();
    done(true);
  }
  void put_new(std::string list, std::string key, std::string value, Milliseconds kept,
               Completion<bool> done) override {
    if (entries.contains(key)) return done(false);
    put(std::move(list), std::move(key), std::move(value), kept, std::move(done));
  }
  void remove(std::string, std::string key, Completion<bool> done) override {
    const bool was_there = entries.erase(key) == 1;
    if (changed) changed();
    done(was_there);
  }
  void read(std::string, Completion<std::vector<ListEntry>> done) override { readings_.push_back(std::move(done)); }
  void watch(std::string list, std::function<void()> tell) override {
    watched = std::move(list);
    changed = std::move(tell);
  }
  void claim(std::string, Seconds, Completion<bool>) override {}
  void agree_secret(std::string, Completion<SharedSecret>) override {}
  void rotate_secret(std::string, Seconds, Completion<bool>) override {}

 private:
  std::vector<ListEntry> all() const {
    std::vector<ListEntry> found;
    for (const auto& [key, entry] : entries) found.push_back(entry);
    return found;
  }
  void complete(Result<std::vector<ListEntry>> outcome) {
    const auto done = std::move(readings_.front());
    readings_.erase(readings_.begin());
    done(std::move(outcome));
  }

  std::vector<Completion<std::vector<ListEntry>>> readings_;
};

}  // namespace chat
