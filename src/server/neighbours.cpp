#include "server/neighbours.hpp"

#include <algorithm>
#include <tuple>

#include "chat/base/digest.hpp"
#include "chat/base/log.hpp"

namespace chat {
namespace {

constexpr Seconds kRivalRemembered{40};  // two heartbeats and more: each of the two sees the other once in one

bool is_before(UnixMs started, const std::string& name, UnixMs own_started, const std::string& own_name) {
  return std::tie(started, name) < std::tie(own_started, own_name);
}

}  // namespace

/// Announcements before this life of the node are those of a node that has ended.
void Neighbours::on_announced(const NodeCard& own, const Announced& announced) {
  const bool is_first = !std::exchange(announced_, true);
  if (is_first || announced.before.empty() || announced.before == own.instance) return;
  log_warn_rarely("node_id_taken", {{"node", own.id},
                                    {"instance", own.instance},
                                    {"other", announced.before},
                                    {"do", "give each node an id of its own: --node-id"}});
  if (is_before(announced.before_started, announced.before, own.started_at, own.instance)) rival_seen_ = clock_.now();
}

void Neighbours::on_listed(const NodeCard& own, const std::vector<NodeCard>& cards) {
  const auto differs = [&](const NodeCard& card) {
    const auto age = Milliseconds(clock_.unix_ms() - card.last_seen);
    const bool is_active = age <= NodeRegistry::kActiveWithin &&
                           age >= -NodeRegistry::kActiveWithin;  // other announcements may be old or forged
    return card.id != own.id && is_active && !card.secret.empty() && card.secret != own.secret;
  };
  other_secret_.clear();
  for (const auto& card : cards) {
    if (!differs(card)) continue;
    log_warn_rarely(
        "another_secret",
        {{"node", own.id}, {"other", card.id}, {"do", "give all nodes the same --secret, or none of them any"}});
    if (is_before(card.started_at, card.id, own.started_at, own.id)) other_secret_ = card.id;
  }
}

std::vector<std::string> Neighbours::faults() const {
  std::vector<std::string> faults;
  if (rival_seen_ && clock_.now() - *rival_seen_ < kRivalRemembered) {
    faults.emplace_back("another node has this node's id: --node-id");
  }
  if (!other_secret_.empty()) faults.push_back("node " + other_secret_ + " has another secret: --secret");
  return faults;
}

std::string name_of_secret(const std::string& secret) {
  return secret.empty() ? "shared" : to_base64url(sha256("name of " + secret)).substr(0, 10);
}

}  // namespace chat
