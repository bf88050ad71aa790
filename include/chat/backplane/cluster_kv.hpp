#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"

namespace chat {

/// The secret signs the cluster's tokens: 16 to 256 bytes. A shorter one can be guessed from a token.
inline bool is_good_secret(std::string_view secret) { return secret.size() >= 16 && secret.size() <= 256; }

/// The secret of a cluster, and the one it had before; empty: there is none.
struct SharedSecret {
  std::string current;
  std::string previous;
};

/// An entry of a list that all nodes share.
struct ListEntry {
  std::string key;
  std::string value;
  UnixMs until = 0;  // by the store's clock; afterwards it is not read
  bool operator==(const ListEntry&) const = default;
};

/// The few values that all nodes share by name: claims, the secret of the cluster, and lists that change rarely.
/// Thread: every method and completion on the backplane loop; no completion is called before its method returns.
/// Errors: unavailable; busy (a claim: too many stand; a list: it is full).
class ClusterKv {
 public:
  static constexpr std::size_t kMaxListEntries = 10'000;
  static constexpr std::size_t kMaxListKeyBytes = 512;
  static constexpr std::size_t kMaxListValueBytes = 4096;

  virtual ~ClusterKv() = default;
  /// True for the first node that claims `name`; false if a claim that is younger than its `kept` stands.
  virtual void claim(std::string name, Seconds kept, Completion<bool> done) = 0;
  /// The secret of the cluster: `offer`, unless there is one already, good or not.
  virtual void agree_secret(std::string offer, Completion<SharedSecret> done) = 0;
  /// Makes `secret` the current one. The one before, if it was good, stays known as the previous one for `kept`.
  virtual void rotate_secret(std::string secret, Seconds kept, Completion<bool> done) = 0;

  /// Puts an entry into a list, in place of the one with this key. `list` is the name of a room; key and value have at
  /// most the bytes above, `kept` is more than 0.
  virtual void put(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) = 0;
  /// The same if there is no entry with this key; false if there is one.
  virtual void put_new(std::string list, std::string key, std::string value, Milliseconds kept,
                       Completion<bool> done) = 0;
  /// True if there was such an entry.
  virtual void remove(std::string list, std::string key, Completion<bool> done) = 0;
  /// In any order.
  virtual void read(std::string list, Completion<std::vector<ListEntry>> done) = 0;
  /// Calls `changed` soon, after each put and remove of any node, and whenever changes may have been missed because the
  /// store was away. Before Backplane::start() or later; one watcher of a list on a node, until the node stops.
  virtual void watch(std::string list, std::function<void()> changed) = 0;
};

}  // namespace chat
