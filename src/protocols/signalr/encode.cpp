#include "protocols/signalr/encode.hpp"

#include "chat/base/json_text.hpp"
#include "chat/core/names.hpp"
#include "protocols/chat_v1/encode.hpp"
#include "protocols/chat_v1/in_group.hpp"
#include "protocols/chat_v1/stored_body.hpp"
#include "protocols/signalr/hub_arguments.hpp"
#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/request_id.hpp"

namespace chat {
namespace {

/// What chat.v1 would say: the form of every result, item and object a client gets.
std::string chat_v1_text(const Event& event, std::size_t size = 0) {
  std::string text;
  text.reserve(size);
  encode_json({}, event, text);
  return text;
}

/// About how many bytes of text they are.
std::size_t read_bodies(std::vector<Message>& messages) {
  std::size_t size = 1024;
  for (auto& message : messages) {
    read_stored_body(message);
    size += message.body.size() + 256;
  }
  return size;
}

/// A completion has one text for all that chat.v1 tells of an error. That a method is not there, clients of other hubs
/// know by its text.
std::string text_of_failure(const Failure& failure) {
  if (failure.code == ErrorCode::unknown_type) return failure.message;
  std::string text = std::string(to_text(failure.code)) + ": " + failure.message;
  if (failure.code == ErrorCode::out_of_sequence) text += "; last: " + std::to_string(failure.last);
  if (failure.retry_after > Milliseconds{0}) {
    text += "; retry_after_ms: " + std::to_string(failure.retry_after.count());
  }
  return text;
}

struct HubEncoder {
  const HubWriter& writer;
  const HubProfile& profile;
  const RequestId& id;
  std::string& out;

  /// Replies nobody waits for are not said.
  template <class Reply>
  void operator()(const Reply& reply) const {
    if (reply_kind(id) == ReplyKind::completion)
      writer.completion(out, invocation_id(id), chat_v1_text(in_group(reply)));
  }
  void operator()(const Joined& e) const {
    if (reply_kind(id) == ReplyKind::handshake) {
      (out += "{}") += kRecordEnd;
    } else if (reply_kind(id) == ReplyKind::completion) {
      Joined joined = in_group(e);
      const std::size_t size = read_bodies(joined.messages);
      writer.completion(out, invocation_id(id), chat_v1_text(joined, size));
    }
  }
  void operator()(const Page& e) const {
    Page page = in_group(e);
    const std::size_t size = read_bodies(page.messages);
    if (reply_kind(id) == ReplyKind::completion)
      return writer.completion(out, invocation_id(id), chat_v1_text(page, size));
    if (reply_kind(id) != ReplyKind::stream) return;
    const std::string room = escape_json(page.room);
    for (const Message& message : page.messages) {
      writer.item(out, invocation_id(id), chat_v1_text(Published{room, page.epoch, &message}));
    }
    writer.completion(out, invocation_id(id), {});
  }
  void operator()(const NodeAnswer& node) const {
    std::string result = R"({"nodeId":)";
    append_json_string(result, node.node);
    result += R"(,"connectionId":)";
    append_json_string(result, node.user_id);
    result += '}';
    if (reply_kind(id) == ReplyKind::completion) writer.completion(out, invocation_id(id), result);
    if (const auto& call = profile.push(HubPush::node)) {
      const auto append = [&](std::string& to, HubField field) {
        if (field == HubField::event) to += result;
        if (field != HubField::event) append_json_string(to, field == HubField::node ? node.node : node.user_id);
      };
      writer.invocation(out, call->method, hub_arguments(call->arguments, append));
    }
  }
  void operator()(const Watching&) const {}
  void operator()(const ClusterSeen&) const {}
  /// A stream gets the items of a list, or the one result.
  void operator()(const CallResult& e) const {
    if (reply_kind(id) == ReplyKind::completion) return writer.completion(out, invocation_id(id), e.result);
    if (reply_kind(id) != ReplyKind::stream) return;
    const auto item = [this](JsonView value) { writer.item(out, invocation_id(id), value.raw()); };
    e.is_list ? JsonView(e.result).for_each_item(item) : item(JsonView(e.result));
    if (e.next.empty()) writer.completion(out, invocation_id(id), {});
  }
  void operator()(const Done&) const {
    const bool is_answered = reply_kind(id) == ReplyKind::completion || reply_kind(id) == ReplyKind::stream;
    if (is_answered) writer.completion(out, invocation_id(id), {});
  }
  void operator()(const Published& e) const {
    if (const HubCall* const call = profile.call_for(e.room)) {
      writer.invocation(out, call->method, hub_arguments(*call, e));
    }
  }
  void operator()(const PresenceChanged& e) const { tell(HubPush::presence, e); }
  void operator()(const Typing& e) const {
    const auto& call = profile.push(HubPush::typing);
    if (!call || !call->is_for(e.room)) return;
    writer.invocation(out, call->method,
                      hub_arguments(*call, e.from, e.room, [&] { return chat_v1_text(in_group(e)); }));
  }
  /// A list is the arguments of the client's handler; another value is its one argument.
  void operator()(const Notice& e) const {
    const bool is_list = e.data.starts_with('[');
    writer.invocation(out, e.event, is_list ? e.data : '[' + e.data + ']');
  }
  void operator()(const Ask& e) const { writer.invocation(out, e.method, e.arguments, e.id); }
  void operator()(const CaughtUp& e) const { tell(HubPush::caught_up, e); }
  void operator()(const Rewound& e) const { tell(HubPush::rewound, e); }
  void operator()(const Reset& e) const { tell(HubPush::reset, e); }
  void operator()(const Reconnect& e) const { tell(HubPush::reconnect, e); }
  void operator()(const TokenExpiring& e) const { tell(HubPush::token_expiring, e); }
  void operator()(const Removed& e) const { tell(HubPush::removed, e); }
  void operator()(const Degraded& e) const { tell(HubPush::degraded, e); }
  void operator()(const Failure& e) const {
    const std::string error = text_of_failure(e);
    switch (reply_kind(id)) {
      case ReplyKind::push:  // other hubs are silent about a method they do not have
        if (e.code != ErrorCode::unknown_type) tell(HubPush::failure, e);
        break;
      case ReplyKind::handshake:
        out += R"({"error":)";
        append_json_string(out, error);
        (out += '}') += kRecordEnd;
        break;
      case ReplyKind::completion:
      case ReplyKind::stream:
        writer.refusal(out, invocation_id(id), error);
        break;
      case ReplyKind::upload:
        break;
    }
  }

 private:
  /// An event that has at most a room beside its chat.v1 object.
  template <class E>
  void tell(HubPush push, const E& event) const {
    const auto& call = profile.push(push);
    if (!call) return;
    std::string room;
    if constexpr (requires { event.room; }) room = event.room;
    if (!call->is_for(room)) return;
    const auto append = [&](std::string& to, HubField field) {
      if (field == HubField::event) return void(to += chat_v1_text(in_group(event)));
      append_json_string(to, group_of_room(room));
    };
    writer.invocation(out, call->method, hub_arguments(call->arguments, append));
  }
};

}  // namespace

void encode_hub(const HubWriter& writer, const HubProfile& profile, const RequestId& id, const Event& event,
                std::string& out) {
  std::visit([&](const auto& e) { HubEncoder{writer, profile, id, out}(e); }, event);
}

}  // namespace chat
