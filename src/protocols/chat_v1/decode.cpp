#include "protocols/chat_v1/decode.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "chat/codec/json/json_check.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/core/limits.hpp"
#include "protocols/chat_v1/faults.hpp"
#include "protocols/chat_v1/member_reader.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;

constexpr std::size_t kMaxDigits = 20;  // of a request id

std::uint32_t page_size(MemberReader& in, const char* name) {
  const auto asked = in.number(name).value_or(limits::kDefaultPageMessages);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(asked, limits::kPageMessages));
}

Command decode_hello(MemberReader& in) {
  Hello hello;
  hello.name = in.text("name", limits::kUserNameBytes);
  hello.identity_secret = in.text("identity_secret", limits::kSecretBytes);
  hello.producer = in.text("producer", limits::kSecretBytes);
  hello.token = in.text("token", limits::kTokenBytes);
  hello.trace = in.boolean("trace");
  return hello;
}

Command decode_refresh(MemberReader& in) { return Refresh{in.required_text("token", limits::kTokenBytes)}; }

Command decode_join(MemberReader& in) {
  Join join;
  join.room = in.room();
  join.history = page_size(in, "history");
  if (const JsonView* cursor = in.given("cursor")) {
    if (!cursor->is(Kind::object)) {
      in.fail("cursor", " must be an object with epoch and offset");
      return join;
    }
    MemberReader parts(*cursor);
    Position held{parts.required_text("epoch", limits::kRequestIdBytes), parts.number("offset").value_or(0)};
    if (!parts.good()) return parts.failure();
    join.cursor = std::move(held);
  }
  return join;
}

Command decode_send(MemberReader& in) {
  Send send;
  send.room = in.room();
  send.name = in.text("name", limits::kUserNameBytes);
  if (const auto seq = in.number("seq")) {
    send.seq = *seq;
    if (*seq == 0) in.fail("seq", " counts from 1");
  }
  const JsonView* text = in.given("text");
  const JsonView* data = text != nullptr ? in.given("data") : in.find("data");  // null is a message, beside a text none
  if ((data == nullptr) == (text == nullptr)) {
    in.fail("text", " or \"data\" must be there, one of them");
  } else if (data != nullptr) {
    send.content = {Content::Kind::data, data->compact()};
  } else {
    send.content = {Content::Kind::text, in.text("text", limits::kClientMessageBytes).value_or("")};
    if (in.good() && send.content.value.empty()) in.fail("text", " is empty");
  }
  if (in.good() && send.content.value.size() > limits::kTextBytes) {
    return Failure{ErrorCode::too_large, "a message may have " + std::to_string(limits::kTextBytes) +
                                             " bytes, this has " + std::to_string(send.content.value.size())};
  }
  return send;
}

Command decode_history(MemberReader& in) {
  ReadHistory history;
  history.room = in.room();
  history.before = in.number("before");
  history.after = in.number("after");
  history.limit = page_size(in, "limit");
  return history;
}

Command decode_trace(MemberReader& in) {
  ReadTrace trace;
  trace.room = in.room();
  const auto offset = in.number("offset");
  if (!offset && in.good()) in.fail("offset", " is missing");
  trace.offset = offset.value_or(0);
  return trace;
}

template <class RoomCommand>
Command decode_room_command(MemberReader& in) {
  return RoomCommand{in.room()};
}

Command decode_moderate(MemberReader& in) {
  constexpr std::array<std::string_view, 5> kActions{"kick", "mute", "unmute", "ban", "unban"};
  Moderate order;
  order.room = in.room();
  order.user = in.required_text("user", limits::kUserNameBytes);
  const std::string action = in.required_text("action", limits::kRequestIdBytes);
  const auto known = std::find(kActions.begin(), kActions.end(), action);
  if (in.good() && known == kActions.end()) in.fail("action", " must be kick, mute, unmute, ban or unban");
  order.action = static_cast<Moderate::Action>(known - kActions.begin());
  order.seconds = in.number("seconds");
  order.reason = in.text("reason", limits::kReasonBytes).value_or("");
  return order;
}

Command decode_node(MemberReader&) { return AskNode{}; }

Command decode_watch(MemberReader& in) {
  const bool on = in.boolean("on").value_or(true);
  return WatchCluster{on, in.boolean("details").value_or(false)};
}

Command decode_call(MemberReader& in) {
  Call call;
  call.method = in.required_text("method", limits::kMethodBytes);
  const JsonView* const arguments = in.given("arguments");
  call.arguments = arguments == nullptr ? "[]" : arguments->compact();
  call.page = in.text("page", limits::kPageTokenBytes).value_or("");
  call.unknown = {ErrorCode::unknown_type, "the application has no such method"};
  return call;
}

/// Its id is that of the question.
Command decode_answer(MemberReader& in) {
  const std::string id = in.required_text("id", limits::kRequestIdBytes);
  const auto error = in.text("error", limits::kAskErrorBytes);
  const JsonView* const result = in.find("result");
  if ((result == nullptr) != error.has_value()) in.fail("result", " or \"error\" must be there, one of them");
  if (error) return AnswerAsk{id, Failure{ErrorCode::refused, *error}};
  return AnswerAsk{id, result == nullptr ? std::string() : result->compact()};
}

struct RequestType {
  std::string_view name;
  Command (*decode)(MemberReader&);
};
constexpr std::array kTypes{
    RequestType{"send", decode_send},
    RequestType{"typing", decode_room_command<NotifyTyping>},
    RequestType{"hello", decode_hello},
    RequestType{"join", decode_join},
    RequestType{"leave", decode_room_command<Leave>},
    RequestType{"history", decode_history},
    RequestType{"trace", decode_trace},
    RequestType{"members", decode_room_command<ListMembers>},
    RequestType{"node", decode_node},
    RequestType{"watch", decode_watch},
    RequestType{"refresh", decode_refresh},
    RequestType{"moderate", decode_moderate},
    RequestType{"call", decode_call},
    RequestType{"answer", decode_answer},
};

/// The id as the client wrote it.
Result<RequestId> decode_id(const MemberReader& in) {
  const JsonView* id = in.given("id");
  if (id == nullptr) return RequestId();
  const bool is_short_text = id->is(Kind::text) && id->text().size() <= limits::kRequestIdBytes;
  const bool is_number = id->is(Kind::integer) && id->raw().size() <= kMaxDigits;
  if (!is_short_text && !is_number) return bad_request("\"id\" must be a whole number or a short text");
  return RequestId(id->raw());
}

Command decode_members(std::string_view type, MemberReader& in) {
  const auto known = std::find_if(kTypes.begin(), kTypes.end(), [&](const RequestType& t) { return t.name == type; });
  if (known == kTypes.end()) return Failure{ErrorCode::unknown_type, "there is no request of this type"};
  Command command = known->decode(in);
  if (!in.good()) return in.failure();
  return command;
}

Command decode_members(MemberReader& in) {
  const std::string type = in.required_text("type", limits::kClientMessageBytes);
  return in.good() ? decode_members(type, in) : Command(in.failure());
}

Request decode_one(JsonView object) {
  if (!object.is(Kind::object)) return {{}, bad_request("a request is a JSON object")};
  MemberReader in(object);
  auto id = decode_id(in);
  if (!id) return {{}, id.error()};
  return {std::move(*id), decode_members(in)};
}

}  // namespace

Command decode_command(JsonView object) {
  MemberReader in(object);
  return decode_members(in);
}

Command decode_command(std::string_view type, JsonView object) {
  MemberReader in(object);
  return decode_members(type, in);
}

void decode_json(std::string_view payload, std::vector<Request>& out) {
  if (auto fault = validate_json(payload)) {
    out.push_back({{}, bad_request(std::move(*fault))});
    return;
  }
  const JsonView document(payload);
  if (!document.is(Kind::array)) {
    out.push_back(decode_one(document));
    return;
  }
  std::size_t count = 0;
  document.for_each_item([&count](JsonView) { ++count; });
  if (count == 0 || count > limits::kCommandsPerFrame) {
    out.push_back({{}, bad_request("a frame has 1 to " + std::to_string(limits::kCommandsPerFrame) + " requests")});
    return;
  }
  document.for_each_item([&out](JsonView object) { out.push_back(decode_one(object)); });
}

}  // namespace chat
