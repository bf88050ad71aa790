// Answers of the application to hooks. The first byte chooses the hook. An answer is refused with one sentence that
// names its place, or its parts keep the documented limits.
#include <cstdint>
#include <string>
#include <string_view>

#include "chat/base/assert.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/json/data_limits.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "chat/core/notice.hpp"
#include "chat/hooks/hook_answers.hpp"
#include "fuzz/choices.hpp"

namespace {

using namespace chat;

constexpr JsonLimits kJson{.depth = limits::kJsonDepth, .members = 16'384};

/// Whether there is an answer to check.
template <class Answer>
bool is_read(const Result<Answer>& answer) {
  if (answer) return true;
  CHAT_ASSERT(!answer.error().message.empty() && answer.error().code == ErrorCode::bad_request);
  return false;
}

void check_reason(const std::optional<std::string>& reason) {
  CHAT_ASSERT(!reason || (reason->size() <= limits::kReasonBytes && is_utf8(*reason)));
  CHAT_ASSERT(!reason || reason->find('\n') == std::string::npos);
}

void check_content(const Content& content) {
  if (content.kind == Content::Kind::data) {
    CHAT_ASSERT(content.value.size() <= limits::kClientMessageBytes && !check_json(content.value, kDataLimits));
  } else {
    CHAT_ASSERT(!content.value.empty() && content.value.size() <= limits::kTextBytes && is_utf8(content.value));
  }
}

void check_connect(std::string_view body) {
  const auto answer = connect_answer(body);
  if (!is_read(answer)) return;
  check_reason(answer->deny);
  CHAT_ASSERT(!answer->deny || (!answer->user && answer->rooms.empty() && !answer->expires_at));
  if (answer->user) {
    const auto& user = *answer->user;
    CHAT_ASSERT(is_user_id(user.subject) && user.subject.size() <= 64);
    CHAT_ASSERT(user.name.empty() || to_user_name(user.name) == user.name);
    CHAT_ASSERT(user.info.size() <= 1024 && (user.info.empty() || !check_json(user.info, kJson)));
  }
  CHAT_ASSERT(answer->rooms.size() <= 64);
  for (const auto& room : answer->rooms) CHAT_ASSERT(is_room_pattern(room.pattern));
}

void check_join(std::string_view body) {
  const auto answer = join_verdict(body);
  if (!is_read(answer)) return;
  check_reason(answer->deny);
  CHAT_ASSERT(!answer->deny || !answer->rights);
}

void check_message(std::string_view body) {
  const auto answer = message_answer(body);
  if (!is_read(answer)) return;
  check_reason(answer->deny);
  CHAT_ASSERT(!answer->deny || !answer->content);
  if (answer->content) check_content(*answer->content);
}

void check_call(std::string_view body) {
  const auto answer = call_answer(body);
  if (!is_read(answer)) return;
  check_reason(answer->error);
  CHAT_ASSERT(!answer->result || !answer->is_streamed);
  CHAT_ASSERT(!answer->error || (!answer->result && !answer->is_streamed && answer->actions.publish.empty()));
  CHAT_ASSERT(!answer->result || !check_json(*answer->result, kJson));
  CHAT_ASSERT(answer->items.size() <= kHookActions && answer->actions.publish.size() <= kHookActions);
  CHAT_ASSERT(answer->actions.notify.size() <= kHookActions);
  for (const auto& item : answer->items) CHAT_ASSERT(!check_json(item, kJson));
  for (const auto& publication : answer->actions.publish) {
    CHAT_ASSERT(is_room_name(publication.room));
    CHAT_ASSERT(publication.name.empty() || to_user_name(publication.name) == publication.name);
    check_content(publication.content);
  }
  for (const auto& notification : answer->actions.notify) {
    CHAT_ASSERT(!notification.names.empty() && notification.names.size() <= kHookTargets);
    CHAT_ASSERT(is_notice_name(notification.event));
    CHAT_ASSERT(!check_json(notification.data, kJson));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  void (*const checks[])(std::string_view) = {&check_connect, &check_join, &check_message, &check_call};
  checks[choices.below(4)](choices.rest());
  return 0;
}
