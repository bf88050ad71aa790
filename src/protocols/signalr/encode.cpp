#include "protocols/signalr/encode.hpp"

#include <concepts>

#include "chat/base/json_text.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "protocols/chat_v1/encode.hpp"
#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/request_id.hpp"

namespace chat {
namespace {

/// What chat.v1 would say: the form of every result, item and object a client gets.
std::string text_of(const Event& event, std::size_t size = 0) {
  std::string text;
  text.reserve(size);
  encode_json({}, event, text);
  return text;
}

std::string in_array(const Event& event) { return '[' + text_of(event) + ']'; }

using Kind = JsonView::Kind;

/// Any program can write to the log: what cannot be read, or has more in it than clients may say, is a message of null.
JsonView read_body(Message& message) {
  constexpr JsonLimits kMax{limits::kJsonDepth, limits::kJsonMembers + 16};
  const auto is_object = [&] { return JsonView(message.body.view()).is(Kind::object); };
  if (validate_json(message.body.view(), kMax) || !is_object()) message.body = SharedBytes(R"({"data":null})");
  return JsonView(message.body.view());
}

/// What clients are told of a message one by one.
struct Body {
  std::optional<JsonView> from{}, text{}, data{}, node{}, time{}, sender{}, seq{};
};
using BodyMember = JsonMember<Body>;
constexpr std::array kBodyMembers{
    BodyMember{"from", &Body::from}, BodyMember{"text", &Body::text}, BodyMember{"data", &Body::data},
    BodyMember{"node", &Body::node}, BodyMember{"time", &Body::time}, BodyMember{"sender", &Body::sender},
    BodyMember{"seq", &Body::seq},
};

/// As it stands there, if it is of this kind.
std::string_view raw_of(const std::optional<JsonView>& value, Kind kind, std::string_view otherwise) {
  return value && value->is(kind) ? value->raw() : otherwise;
}

class ReceiveArguments {
 public:
  explicit ReceiveArguments(const Published& published) : published_(published), message_(*published.message) {
    read_members(read_body(message_), kBodyMembers, body_);
  }

  std::string written(const std::vector<ReceiveField>& fields) const {
    std::string out;
    for (const auto field : fields) {
      out += out.empty() ? '[' : ',';
      append(out, field);
    }
    return out += ']';
  }

 private:
  void append(std::string& out, ReceiveField field) const {
    switch (field) {
      case ReceiveField::user:
        out += raw_of(of_sender("name"), Kind::text, R"("")");
        break;
      case ReceiveField::message:
        out += raw_of(body_.text, Kind::text, body_.data ? body_.data->raw() : "null");
        break;
      case ReceiveField::connection_id:
        out += raw_of(of_sender("id"), Kind::text, R"("")");
        break;
      case ReceiveField::node_id:
        out += raw_of(body_.node, Kind::text, R"("")");
        break;
      case ReceiveField::room:
        append_json_string(out, group_of_room(published_.room));
        break;
      case ReceiveField::details:
        append_details(out);
        break;
    }
  }

  std::optional<JsonView> of_sender(std::string_view name) const {
    return body_.from && body_.from->is(Kind::object) ? body_.from->find(name) : std::nullopt;
  }

  /// The members that no other argument tells: the text goes to everybody, so it goes once.
  void append_details(std::string& out) const {
    out += R"({"room":)";
    append_json_string(out, group_of_room(published_.room));
    out += R"(,"epoch":)";
    append_json_string(out, published_.epoch);
    out += R"(,"offset":)";
    append_number(out, message_.offset);
    const auto detail = [&out](std::string_view start, const std::optional<JsonView>& value) {
      if (value && !value->is(Kind::object) && !value->is(Kind::array)) (out += start) += value->raw();
    };
    detail(R"(,"time":)", body_.time);
    detail(R"(,"sender":)", body_.sender);
    detail(R"(,"seq":)", body_.seq);
    out += '}';
  }

  const Published& published_;
  Message message_;
  Body body_;  // of what message_ has
};

/// About how many bytes of text they are.
std::size_t read_bodies(std::vector<Message>& messages) {
  std::size_t size = 1024;
  for (auto& message : messages) {
    read_body(message);
    size += message.body.size() + 256;
  }
  return size;
}

/// A completion has one text for all that chat.v1 tells of an error. That a method is not there, clients of other hubs
/// know by its text.
std::string sentence_of(const Failure& failure) {
  if (failure.code == ErrorCode::unknown_type) return failure.message;
  std::string text = std::string(to_text(failure.code)) + ": " + failure.message;
  if (failure.code == ErrorCode::out_of_sequence) text += "; last: " + std::to_string(failure.last);
  if (failure.retry_after > Milliseconds{0}) {
    text += "; retry_after_ms: " + std::to_string(failure.retry_after.count());
  }
  return text;
}

/// The event with the name its room has for these clients.
template <class E>
E in_group(const E& event) {
  return event;
}
template <class E>
  requires std::same_as<decltype(E::room), std::string>
E in_group(const E& event) {
  E named = event;
  named.room = group_of_room(event.room);
  return named;
}

struct Encoder {
  const HubWriter& writer;
  const std::vector<ReceiveField>& fields;
  const RequestId& id;
  std::string& out;

  /// Replies nobody waits for are not said.
  template <class Reply>
  void operator()(const Reply& reply) const {
    if (reply_kind(id) == ReplyKind::completion) writer.completion(out, invocation_id(id), text_of(reply));
  }
  void operator()(const Joined& e) const {
    if (reply_kind(id) == ReplyKind::handshake) {
      (out += "{}") += kRecordEnd;
    } else if (reply_kind(id) == ReplyKind::completion) {
      Joined joined = e;
      const std::size_t size = read_bodies(joined.messages);
      writer.completion(out, invocation_id(id), text_of(joined, size));
    }
  }
  void operator()(const Page& e) const {
    Page page = e;
    const std::size_t size = read_bodies(page.messages);
    if (reply_kind(id) == ReplyKind::completion) return writer.completion(out, invocation_id(id), text_of(page, size));
    if (reply_kind(id) != ReplyKind::stream) return;
    for (const Message& message : page.messages) {
      writer.item(out, invocation_id(id), text_of(Published{page.room, page.epoch, &message}));
    }
    writer.completion(out, invocation_id(id), {});
  }
  void operator()(const NodeAnswer& node) const {
    std::string result = R"({"nodeId":)", arguments = "[";
    append_json_string(result, node.node);
    result += R"(,"connectionId":)";
    append_json_string(result, node.user_id);
    append_json_string(arguments, node.node);
    arguments += ',';
    append_json_string(arguments, node.user_id);
    if (reply_kind(id) == ReplyKind::completion) writer.completion(out, invocation_id(id), result + '}');
    writer.invocation(out, "NodeInfo", arguments + ']');
  }
  void operator()(const Done&) const {
    if (reply_kind(id) == ReplyKind::completion) writer.completion(out, invocation_id(id), {});
  }
  void operator()(const Published& e) const {
    writer.invocation(out, "ReceiveMessage", ReceiveArguments(e).written(fields));
  }
  void operator()(const PresenceChanged& e) const { writer.invocation(out, "PresenceChanged", in_array(e)); }
  void operator()(const Typing& e) const { writer.invocation(out, "Typing", in_array(e)); }
  void operator()(const CaughtUp& e) const { writer.invocation(out, "CaughtUp", in_array(e)); }
  void operator()(const Rewound& e) const { writer.invocation(out, "Rewound", in_array(e)); }
  void operator()(const Reset& e) const { writer.invocation(out, "Reset", in_array(e)); }
  void operator()(const Reconnect& e) const { writer.invocation(out, "Reconnect", in_array(e)); }
  void operator()(const TokenExpiring& e) const { writer.invocation(out, "TokenExpiring", in_array(e)); }
  void operator()(const Removed& e) const { writer.invocation(out, "Removed", in_array(e)); }
  void operator()(const Degraded& e) const { writer.invocation(out, "Degraded", in_array(e)); }
  void operator()(const Failure& e) const {
    const std::string error = sentence_of(e);
    switch (reply_kind(id)) {
      case ReplyKind::push:  // other hubs are silent about a method they do not have
        if (e.code != ErrorCode::unknown_type) writer.invocation(out, "Failure", in_array(e));
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
};

}  // namespace

void encode_hub(const HubWriter& writer, const std::vector<ReceiveField>& fields, const RequestId& id,
                const Event& event, std::string& out) {
  std::visit([&](const auto& e) { Encoder{writer, fields, id, out}(in_group(e)); }, event);
}

}  // namespace chat
