#pragma once

#include <boost/asio/steady_timer.hpp>
#include <string>

#include "chat/backplane/cluster_kv.hpp"
#include "chat/base/clock.hpp"
#include "chat/transport/cluster_secret.hpp"

namespace chat {

/// Learns the cluster's secret from the store, or stores it: every 2 s, and sooner after a failure. So the node notices
/// a rotation, and a Redis that lost all data gets the secret again. The node accepts a new secret at once, and signs
/// with it when all other nodes accept it. Thread: the backplane loop.
class SecretAgreement {
 public:
  static constexpr Milliseconds kOthersLearn{6000};

  SecretAgreement(boost::asio::io_context& loop, ClusterKv& kv, ClusterSecret& secret, const Clock& clock);
  void start();

 private:
  void learn(const SharedSecret& agreed);

  ClusterKv& kv_;
  ClusterSecret& secret_;
  const Clock& clock_;
  boost::asio::steady_timer timer_;
  std::string newest_;
  std::string before_;  // the one `newest_` replaced
  Instant learned_at_{};
};

}  // namespace chat
