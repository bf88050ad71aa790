#pragma once

#include <boost/asio/steady_timer.hpp>

#include "chat/backplane/relay.hpp"
#include "chat/transport/cluster_secret.hpp"

namespace chat {

/// Learns the cluster's secret, or makes it known to the others: soon when that failed, and again every 15 s, so that a
/// Redis that lost everything has it again. Thread: the backplane loop.
class SecretAgreement {
 public:
  SecretAgreement(boost::asio::io_context& loop, Relay& relay, ClusterSecret& secret);
  void start();

 private:
  Relay& relay_;
  ClusterSecret& secret_;
  boost::asio::steady_timer timer_;
};

}  // namespace chat
