#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "chat/auth/access_policy.hpp"
#include "chat/auth/jwks_client.hpp"
#include "chat/auth/key_ring.hpp"
#include "chat/auth/sanction_book.hpp"
#include "chat/auth/token_authenticator.hpp"
#include "chat/rooms/moderation.hpp"
#include "chat/server/config.hpp"

namespace chat {

/// Files that a node reads again: rules of rooms, keys of the API.
constexpr Seconds kReloadEvery{60};

/// Decides on principals and their rights: keys of tokens, rules of rooms, sanctions. Reads its files again each
/// minute and when it is asked to; a file that is broken by then leaves what was read before.
/// Thread: the backplane loop; authenticator() and policy() are for any. Owner: the node.
class AccessControl final : public Moderation {
 public:
  /// `config` has no fault, see fault_in_access(). `on_changed`: principals may have other rights than before.
  AccessControl(boost::asio::io_context& loop, ClusterKv& kv, const Clock& clock, const Config& config,
                std::function<void()> on_changed);

  /// Null: tokens are off.
  const Authenticator* authenticator() const { return authenticator_ ? &*authenticator_ : nullptr; }
  const Policy& policy() const { return policy_; }
  SanctionBook& sanctions() { return sanctions_; }

  void start();
  /// The reasons for which the node cannot serve clients yet; empty: none.
  std::vector<std::string> faults() const;
  void reload();
  void carry_out(const Moderate& order, const std::string& by, Completion<Moderated> done) override;

 private:
  void look_after(Milliseconds pause);
  void reload_each_minute();
  /// Whether they have changed.
  bool read_rules();
  void log_all(const std::vector<std::string>& faults);

  const Clock& clock_;
  std::function<void()> on_changed_;
  std::string rules_path_;
  boost::asio::steady_timer file_timer_, sanction_timer_;
  KeyRing keys_;
  std::unique_ptr<JwksClient> jwks_;
  SanctionBook sanctions_;
  Snapshot<RoomRules> rules_;
  std::string rules_text_;  // as last read
  AccessPolicy policy_;
  std::optional<TokenAuthenticator> authenticator_;
};

}  // namespace chat
