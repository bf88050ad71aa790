#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/api/local_sessions.hpp"
#include "chat/backplane/cluster_services.hpp"
#include "chat/transport/cluster_secret.hpp"

namespace chat {

/// Carries out orders on every node, and finds the session of a question: asks each node that is in the registry, and
/// serves the orders of the others. An order is signed with the secret of the cluster, so that a program that can write
/// to the store cannot give one. Thread: the backplane loop. Owner: the node. Bound: kMaxOrders under way, of kMaxBytes
/// together.
class ClusterSessions final : public SessionControl {
 public:
  static constexpr Seconds kAnswerTime{2};
  static constexpr Seconds kFreshness{60};  // an older order is not carried out
  static constexpr std::size_t kMaxOrders = 1024;
  static constexpr std::size_t kMaxBytes = 8 * 1024 * 1024;  // of orders, each counted for each node

  ClusterSessions(boost::asio::io_context& loop, ClusterServices& backends, LocalSessions& local,
                  const NodeInstance& instance, const ClusterSecret& secret, const Clock& clock);

  /// Serves the orders of other nodes as soon as the store answers.
  void start();
  /// Whether the other nodes reach this one.
  bool is_listening() const { return is_listening_; }
  void carry_out(const SessionOrder& order, Completion<Obeyed> done) override;
  void ask(const SessionOrder& order, Completion<std::string> done) override;

 private:
  void listen();
  void send(const SessionOrder& order, const std::vector<NodeCard>& cards, Completion<Obeyed> done);
  bool is_gone(const NodeCard& card) const;
  std::string sealed(const SessionOrder& order) const;
  Result<SessionOrder> unsealed(std::string_view request) const;
  void serve(std::string_view request, const Messenger::Answer& answer);

  ClusterServices& backends_;
  LocalSessions& local_;
  NodeInstance instance_;
  const ClusterSecret& secret_;
  const Clock& clock_;
  boost::asio::steady_timer retry_;
  bool is_listening_ = false;
  std::size_t orders_ = 0;  // under way
  std::size_t bytes_ = 0;   // of these
};

}  // namespace chat
