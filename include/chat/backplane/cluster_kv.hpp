#pragma once

#include <string>
#include <string_view>

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

/// The few values that all nodes share by name: claims, and the secret of the cluster.
/// Thread: every method and completion on the backplane loop; no completion is called before its method returns.
/// Errors: unavailable; busy (a claim: too many stand).
class ClusterKv {
 public:
  virtual ~ClusterKv() = default;
  /// True for the first node that claims `name`; false if a claim that is younger than its `kept` stands.
  virtual void claim(std::string name, Seconds kept, Completion<bool> done) = 0;
  /// The secret of the cluster: `offer`, unless there is one already, good or not.
  virtual void agree_secret(std::string offer, Completion<SharedSecret> done) = 0;
  /// Makes `secret` the current one. The one before, if it was good, stays known as the previous one for `kept`.
  virtual void rotate_secret(std::string secret, Seconds kept, Completion<bool> done) = 0;
};

}  // namespace chat
