#include "server/access_control.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include "chat/base/log.hpp"

namespace chat {
namespace {

/// The file, or as much as is too much; empty where it cannot be read.
std::string file_text(const std::string& path) {
  std::string text(kMaxRoomRulesBytes + 1, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

constexpr Seconds kKick{5};  // a kick is a ban that is over when the client has been told

}  // namespace

AccessControl::AccessControl(boost::asio::io_context& loop, ClusterKv& kv, const Clock& clock, const Config& config,
                             std::function<void()> on_changed)
    : clock_(clock),
      on_changed_(std::move(on_changed)),
      rules_path_(config.rooms),
      file_timer_(loop),
      sanction_timer_(loop),
      keys_({config.jwt_secret_file, config.jwt_keys}),
      sanctions_(kv, clock, {[this](Milliseconds pause) { look_after(pause); }, [this] { on_changed_(); }}),
      rules_(std::make_shared<const RoomRules>()),
      policy_(rules_, sanctions_.published(), clock) {
  log_all(keys_.reload());
  read_rules();
  if (config.auth == Config::Auth::off) return;
  if (!config.jwt_jwks_url.empty()) {
    jwks_ = std::make_unique<JwksClient>(loop, clock, JwksSource{config.jwt_jwks_url, config.jwt_jwks_ca},
                                         [this](KeySet keys) { keys_.set_fetched(std::move(keys)); });
  }
  authenticator_.emplace(TokenVerifier({config.jwt_issuer, config.jwt_audience, config.jwt_user_claim}), keys_,
                         sanctions_.published(), clock, [this] {
                           if (jwks_) jwks_->miss_key();
                         });
}

void AccessControl::start() {
  sanctions_.start();
  if (jwks_) jwks_->start();
  reload_each_minute();
}

std::vector<std::string> AccessControl::faults() const {
  std::vector<std::string> faults;
  if (!sanctions_.has_read()) faults.emplace_back("the sanctions of the cluster have not been read yet");
  if (authenticator_ && keys_.keys()->empty()) faults.emplace_back("there are no keys for tokens yet: --jwt-jwks-url");
  return faults;
}

void AccessControl::look_after(Milliseconds pause) {
  sanction_timer_.expires_after(pause);
  sanction_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) sanctions_.check();
  });
}

void AccessControl::reload_each_minute() {
  file_timer_.expires_after(kReloadEvery);
  file_timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    log_all(keys_.reload_changed());
    if (read_rules()) on_changed_();
    reload_each_minute();
  });
}

void AccessControl::reload() {
  log_all(keys_.reload());
  if (read_rules()) on_changed_();
  log_info("reloaded", {{"keys", keys_.keys()->size()}, {"rules", rules_.get()->size()}});
}

bool AccessControl::read_rules() {
  if (rules_path_.empty()) return false;
  std::string text = file_text(rules_path_);
  if (text == rules_text_) return false;
  rules_text_ = std::move(text);
  auto read = room_rules_from_text(rules_text_, rules_path_);
  if (!read) {
    log_warn_rarely("rules_not_read", {{"why", read.error().message}});
    return false;
  }
  rules_.set(*std::move(read));
  return true;
}

void AccessControl::log_all(const std::vector<std::string>& faults) {
  for (const auto& fault : faults) log_warn("keys_not_read", {{"why", fault}});
}

void AccessControl::carry_out(const Moderate& order, const std::string& by, Completion<Moderated> done) {
  using Action = Moderate::Action;
  const bool is_mute = order.action == Action::mute || order.action == Action::unmute;
  const auto kind = is_mute ? Sanction::Kind::mute : Sanction::Kind::ban;
  const auto answer = [done](const Result<bool>& stored) { stored ? done(Moderated{}) : done(stored.error()); };
  if (order.action == Action::unmute || order.action == Action::unban) {
    return sanctions_.lift(kind, order.user, order.room, answer);
  }
  const UnixMs now = clock_.unix_ms();
  Sanction sanction;
  sanction.kind = order.action == Action::kick ? Sanction::Kind::kick : kind;
  sanction.subject = order.user;
  sanction.room = order.room;
  sanction.reason = order.reason;
  sanction.by = by;
  if (order.action == Action::kick) {
    sanction.until = now + Milliseconds(kKick).count();
  } else if (order.seconds) {
    sanction.until = std::min(Sanction::kForGood,
                              now + static_cast<UnixMs>(std::min<std::uint64_t>(*order.seconds, 1'000'000'000)) * 1000);
  }
  sanctions_.add(sanction, answer);
}

}  // namespace chat
