// ask: a question to one session, whose answer is the result.
#include <utility>

#include "api/method.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/notice.hpp"

namespace chat::api {
namespace {

constexpr std::uint64_t kMinTimeout = 100, kMaxTimeout = 60'000;  // ms
constexpr std::uint64_t kTimeout = 10'000;

}  // namespace

void ask(Call call) {
  SessionOrder order;
  order.kind = SessionOrder::Kind::ask;
  order.session = call.parameters.session();
  if (order.session.empty()) throw Failure{ErrorCode::bad_request, "\"session\" is missing"};
  order.event = call.parameters.required_text("method", kMaxNoticeNameBytes);
  if (!is_notice_name(order.event)) {
    throw Failure{ErrorCode::bad_request, "\"method\" is 1 to 64 bytes without control characters"};
  }
  const auto arguments = call.parameters.json("arguments");
  if (arguments && !arguments->is(JsonView::Kind::array)) {
    throw Failure{ErrorCode::bad_request, "\"arguments\" must be a list"};
  }
  order.data = arguments ? arguments->compact() : "[]";
  if (order.data.size() > limits::kClientMessageBytes) {
    throw Failure{ErrorCode::too_large, "the arguments have at most 16 KiB"};
  }
  const auto timeout = call.parameters.number("timeout_ms").value_or(kTimeout);
  if (timeout < kMinTimeout || timeout > kMaxTimeout) {
    throw Failure{ErrorCode::bad_request, "\"timeout_ms\" is 100 to 60000"};
  }
  order.timeout = Milliseconds(timeout);
  call.parameters.expect_no_more();
  call.parts.sessions.ask(order, [done = std::move(call.done)](const Result<std::string>& answer) {
    if (!answer) return done(answer.error());
    done(R"({"answer":)" + *answer + '}');
  });
}

}  // namespace chat::api
