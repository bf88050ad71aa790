#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chat/api/cluster_operations.hpp"
#include "chat/backplane/cluster_services.hpp"
#include "chat/transport/cluster_secret.hpp"
#include "server/node_reports.hpp"

namespace chat {

/// Shows operators the cluster, and carries out their orders. While an operator watches on this node, it asks each
/// other node for its report once a second by the messenger: a question and an answer a node, some KiB each; without an
/// operator nothing is asked. Questions are signed with the secret of the cluster. Thread: the backplane loop. Owner:
/// Node.
class OperatorDesk final : public ClusterOperations {
 public:
  static constexpr Milliseconds kAskEvery{900};
  static constexpr Milliseconds kAnswerTime{800};
  static constexpr std::size_t kMaxAnswerBytes = 128 * 1024;
  static constexpr std::size_t kMaxEvents = 100;
  static constexpr std::size_t kMaxFound = 200;

  struct Parts {
    boost::asio::io_context& loop;
    ClusterServices& backends;
    const ClusterSecret& secret;
    const Clock& clock;
    std::string node;  // id
    NodeInstance instance;
    NodeReports& own;
    std::function<bool()> is_watched;  // by an operator on this node
  };
  explicit OperatorDesk(Parts parts);
  ~OperatorDesk() override;

  /// Answers the questions of other nodes as soon as the store answers.
  void start();
  /// The list of nodes was read.
  void on_listed(const std::vector<NodeCard>& cards);
  /// The value of ClusterSeen::details. Asks for news of this node, which come with the next call.
  std::string details();

  void find(const std::string& text, Completion<std::string> done) override;
  void drain(const std::string& node, Completion<std::string> done) override;

 private:
  struct Known;
  void listen();
  void serve(std::string_view request, const Messenger::Answer& answer);
  std::string sealed(const NodeInstance& to, const std::string& question) const;
  /// `done` takes the answer of the node; errors: unavailable, forbidden.
  void ask(const NodeCard& card, const std::string& question, Completion<std::string> done);
  void ask_report(const NodeCard& card);
  void take(Known& known, const Result<std::string>& answer);

  Parts parts_;
  boost::asio::steady_timer retry_;
  std::map<std::string, Known> known_;  // by id; the nodes of the last list
  struct Event;
  std::vector<Event> events_;  // of all nodes, by time
  std::optional<Instant> asked_at_;
};

}  // namespace chat
