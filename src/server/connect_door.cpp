#include "server/connect_door.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "chat/base/hash.hpp"
#include "chat/base/json_text.hpp"
#include "chat/base/log.hpp"
#include "chat/core/person_id.hpp"
#include "chat/hooks/hook_request.hpp"

namespace chat {
namespace {

/// The claims of a token that say who the user is, as they stand in it.
std::string claims_of(const Identity& identity) {
  std::string out = R"({"sub":)";
  append_json_string(out, identity.subject);
  if (!identity.name.empty()) append_json_string(out += R"(,"name":)", identity.name);
  if (!identity.token_id.empty()) append_json_string(out += R"(,"jti":)", identity.token_id);
  if (identity.expires_at > 0) out += R"(,"exp":)" + std::to_string(identity.expires_at / 1000);
  return out += '}';
}

HookRequest question_of(ConnectRequest connect, const Clock& clock, const std::string& node) {
  HookRequest question;
  question.event = HookEvent::connect;
  question.time = clock.unix_ms();
  question.node = node;
  question.address = std::move(connect.address);
  question.protocol = std::move(connect.protocol);
  question.path = std::move(connect.path);
  question.query = std::move(connect.query);
  question.headers = std::move(connect.headers);
  if (connect.identity) {
    question.user = {connect.identity->user_id, connect.identity->name};
    question.claims = claims_of(*connect.identity);
  }
  return question;
}

}  // namespace

Entry entry_by(const ConnectAnswer& answer, std::shared_ptr<const Identity> token) {
  if (answer.deny)
    return {{}, answer.status, answer.deny->empty() ? "the application does not allow it" : *answer.deny};
  if (!answer.user && answer.rooms.empty() && !answer.expires_at) return {std::move(token)};
  if (!answer.user && !token) {
    log_warn_rarely("hook_connect_without_user", {{"why", "rooms and expires_at need a user"}});
    return {{}, 503, "The application gave no usable answer"};
  }
  auto grant = std::make_shared<Grant>();
  if (token) grant->token_subject = token->subject;
  if (answer.user) grant->user = Grant::Name{answer.user->subject, answer.user->name, answer.user->info};
  grant->rooms = answer.rooms;
  grant->expires_at = answer.expires_at.value_or(0);
  return {with_grant(token, std::move(grant))};
}

std::vector<std::string> ConnectDoor::headers() const {
  const auto rules = rules_.get();
  const auto* rule = rules->find(HookEvent::connect);
  std::vector<std::string> names{"origin", "user-agent"};
  if (rule != nullptr) names.insert(names.end(), rule->headers.begin(), rule->headers.end());
  return names;
}

void ConnectDoor::decide(ConnectRequest connect, std::function<void(Entry)> done) {
  boost::asio::post(loop_, [this, connect = std::move(connect), done = std::move(done)] {
    HookCall call{encode(question_of(connect, clock_, node_))};
    call.caller = connect.identity ? keyed_hash(connect.identity->subject) : keyed_hash(connect.address);
    caller_.connect(std::move(call), [token = connect.identity, done](const Result<ConnectAnswer>& answer) {
      done(answer ? entry_by(*answer, token) : Entry{{}, 503, answer.error().message});
    });
  });
}

}  // namespace chat
