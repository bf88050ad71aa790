// What a hub message asks for. A method of the hub is a request of chat.v1 with its members given in order, so that
// there is one place where requests are read.
#include <algorithm>
#include <array>
#include <utility>

#include "chat/base/ascii.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/json/json_object.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "protocols/chat_v1/decode.hpp"
#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/request_id.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;

constexpr std::size_t kNameShown = 128;           // bytes of a method's that is not there
constexpr std::size_t kErrorShown = 512;          // bytes of a client's own
constexpr std::string_view kContent = "content";  // "text" if it is a text, else "data"
constexpr std::string_view kObject = "object";    // its members are the request's

enum class Answer : std::uint8_t { once, stream };

struct Method {
  std::string_view name;  // compared without case, as other hubs do
  std::string_view type;  // of the request in chat.v1
  std::array<std::string_view, 4> parameters;
  Answer answer = Answer::once;
  bool takes_stream = false;
};
constexpr std::array kMethods{
    Method{"SendMessage", "send", {"name", kContent}},  // to the lobby, as in the tutorials
    Method{"SendToRoom", "send", {"room", "name", kContent, "seq"}},
    Method{"UploadMessages", "send", {"room", "name"}, Answer::once, true},
    Method{"JoinRoom", "join", {"room", "cursor"}},
    Method{"LeaveRoom", "leave", {"room"}},
    Method{"History", "history", {"room", "before", "limit"}},
    Method{"StreamHistory", "history", {"room", "after"}, Answer::stream},
    Method{"Members", "members", {"room"}},
    Method{"Typing", "typing", {"room"}},
    Method{"Hello", "hello", {kObject}},
    Method{"GetNodeInfo", "node", {}},
    Method{"Moderate", "moderate", {kObject}},
    Method{"Refresh", "refresh", {"token"}},
};

/// Every client, of chat.v1 too, must be able to read what is said to all.
constexpr JsonLimits kContentLimits{limits::kJsonDepth - 1, limits::kJsonMembers};

Failure bad_request(std::string message) { return {ErrorCode::bad_request, std::move(message)}; }

std::size_t parameter_count(const Method& method) {
  return static_cast<std::size_t>(std::find(method.parameters.begin(), method.parameters.end(), std::string_view{}) -
                                  method.parameters.begin());
}

void put_content(JsonObject& request, JsonView content) {
  request.raw(content.is(Kind::text) ? "text" : "data", content.raw());
}

/// Reads a request of chat.v1 whose members `write(object)` gives.
template <class Write>
Command read_request(std::string_view type, Write write) {
  std::string text;
  {
    JsonObject request(text, type);
    write(request);
  }
  return decode_command(JsonView(text));
}

/// A null stands for what is left out, or is a message; a message without a room is for the lobby.
void put_arguments(JsonObject& request, const Method& method, const std::vector<JsonView>& arguments) {
  if (method.parameters[0] != "room" && method.parameters[0] != kObject) request.text("room", "lobby");
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const JsonView argument = arguments[i];
    if (method.parameters[i] == kContent) {
      put_content(request, argument);
    } else if (argument.is(Kind::null)) {
      continue;
    } else if (method.parameters[i] == kObject) {
      argument.for_each_member([&request](std::string_view name, JsonView value) {
        if (JsonView(name).equals("room") && value.is(Kind::text)) {
          request.text("room", room_of_group(value.text()));
        } else if (!JsonView(name).equals("type")) {
          request.raw(name.substr(1, name.size() - 2), value.raw());
        }
      });
    } else if (method.parameters[i] == "room" && argument.is(Kind::text)) {
      request.text("room", room_of_group(argument.text()));
    } else {
      request.raw(method.parameters[i], argument.raw());
    }
  }
}

bool is_absent(const std::optional<JsonView>& value) {
  return !value || value->is(Kind::null) || value->raw() == R"("")";
}

bool is_short_text(const std::optional<JsonView>& value) {
  if (is_absent(value) || !value->is(Kind::text)) return false;
  const std::string text = value->text();
  return text.size() <= limits::kRequestIdBytes && is_utf8(text);
}

std::vector<JsonView> items_of(const std::optional<JsonView>& value) {
  std::vector<JsonView> items;
  if (value && value->is(Kind::array)) value->for_each_item([&items](JsonView item) { items.push_back(item); });
  return items;
}

/// In the words of other hubs.
Failure no_such_method(const std::string& target) {
  const std::string shown = target.size() <= kNameShown ? target : std::string();
  return {ErrorCode::unknown_type,
          "Failed to invoke '" + shown + "' due to an error on the server. HubException: Method does not exist."};
}

std::optional<Failure> fault_in_content(JsonView content) {
  if (!content.is(Kind::array) && !content.is(Kind::object)) return std::nullopt;
  auto fault = validate_json(content.raw(), kContentLimits);
  return fault ? std::optional(bad_request("the message: " + *fault)) : std::nullopt;
}

HubCommand decode_upload(Command each, const std::optional<JsonView>& streams, const RequestId& id) {
  const auto names = items_of(streams);
  if (names.size() != 1 || !is_short_text(names[0])) return bad_request("this method takes one stream");
  if (auto* send = std::get_if<Send>(&each)) return OpenUpload{names[0].text(), std::move(*send), upload_id(id)};
  return to_hub_command(std::move(each));
}

HubCommand decode_call(const HubMessage& message, const RequestId& id) {
  if (message.fault) return *message.fault;
  if (!message.target || !message.target->is(Kind::text) || !message.arguments || !message.arguments->is(Kind::array)) {
    return bad_request("an invocation has a target and arguments");
  }
  const std::string target = message.target->text();
  const auto method = std::find_if(kMethods.begin(), kMethods.end(),
                                   [&](const Method& m) { return is_same_ignoring_case(m.name, target); });
  if (method == kMethods.end()) return no_such_method(target);
  const auto arguments = items_of(message.arguments);
  if (arguments.size() > parameter_count(*method)) {
    return bad_request(std::string(method->name) + " takes " + std::to_string(parameter_count(*method)) +
                       " arguments, given were " + std::to_string(arguments.size()));
  }
  if ((message.type == HubType::stream_invocation) != (method->answer == Answer::stream)) {
    return bad_request(std::string(method->name) + (method->answer == Answer::stream
                                                        ? " answers with a stream"
                                                        : " does not answer with a stream"));
  }
  if (method->parameters[0] == kObject && !arguments.empty() && !arguments[0].is(Kind::object)) {
    return bad_request(std::string(method->name) + " takes an object");
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (method->parameters[i] != kContent) continue;
    if (auto fault = fault_in_content(arguments[i])) return std::move(*fault);
  }
  Command command = read_request(method->type, [&](JsonObject& request) {
    put_arguments(request, *method, arguments);
    if (method->takes_stream) request.text("text", "-");  // each message has its own
  });
  return method->takes_stream ? decode_upload(std::move(command), message.streams, id)
                              : to_hub_command(std::move(command));
}

/// The content of a stream's item is judged as that of any message.
Result<Content> decode_item(const HubMessage& message) {
  if (message.fault) return *message.fault;
  if (auto fault = message.item ? fault_in_content(*message.item) : std::nullopt) return std::move(*fault);
  Command send = read_request("send", [&message](JsonObject& request) {
    request.text("room", "lobby");
    if (message.item) put_content(request, *message.item);
  });
  if (auto* failure = std::get_if<Failure>(&send)) return std::move(*failure);
  return std::move(std::get<Send>(send).content);
}

/// Why the client itself has broken off a stream.
std::optional<Failure> error_of(const HubMessage& message) {
  if (message.fault) return message.fault;
  if (!message.error || message.error->is(Kind::null)) return std::nullopt;
  const std::string why = message.error->is(Kind::text) ? message.error->text() : std::string();
  return bad_request("the client broke off the stream" + (why.size() > kErrorShown || why.empty() ? "" : ": " + why));
}

std::uint64_t sequence_of(const HubMessage& message) {
  return message.sequence ? message.sequence->number().value_or(0) : 0;
}

}  // namespace

HubRequest unreadable(std::string why) { return {{}, bad_request(std::move(why))}; }

void append_request(const HubMessage& message, std::vector<HubRequest>& out) {
  const bool has_id = message.type <= HubType::cancel_invocation && !is_absent(message.id);
  if (has_id && !is_short_text(message.id)) {
    out.push_back(unreadable("\"invocationId\" must be a short text"));
    return;
  }
  switch (message.type) {
    case HubType::invocation:
    case HubType::stream_invocation: {
      RequestId id = request_id(message.id, message.type == HubType::stream_invocation);
      HubCommand command = decode_call(message, id);
      out.push_back({std::move(id), std::move(command)});
      break;
    }
    case HubType::stream_item:
      out.push_back(is_absent(message.id) ? unreadable("a stream's item names the stream")
                                          : HubRequest{{}, UploadItem{message.id->text(), decode_item(message)}});
      break;
    case HubType::completion:
      out.push_back(is_absent(message.id) ? unreadable("a stream's end names the stream")
                                          : HubRequest{{}, EndUpload{message.id->text(), error_of(message)}});
      break;
    case HubType::cancel_invocation:
      out.push_back({{}, Cancel{}});
      break;
    case HubType::ping:
      break;
    case HubType::close:
      out.push_back({{}, Goodbye{}});
      break;
    case HubType::ack:
      out.push_back({{}, Acknowledge{sequence_of(message)}});
      break;
    case HubType::sequence:
      out.push_back({{}, Restart{sequence_of(message)}});
      break;
  }
}

}  // namespace chat
