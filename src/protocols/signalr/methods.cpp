// The request that a hub message stands for. A method of a profile is a request of chat.v1 with its members given in
// order, so that there is one place where requests are read.
#include <algorithm>
#include <utility>

#include "chat/base/ascii.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/json/json_object.hpp"
#include "chat/core/event.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "protocols/chat_v1/decode.hpp"
#include "protocols/chat_v1/faults.hpp"
#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/request_id.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;

constexpr std::size_t kErrorShown = 512;  // bytes of a client's own
// Arguments that are not members of a request by their names.
constexpr std::string_view kName = "user";
constexpr std::string_view kContent = "text";   // "text" if it is a text, else "data"
constexpr std::string_view kFields = "fields";  // an object whose members are the request's

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

void put_room(JsonObject& request, JsonView room) {
  room.is(Kind::text) ? request.text("room", room_of_group(room.text())) : request.raw("room", room.raw());
}

void put_fields(JsonObject& request, JsonView fields) {
  fields.for_each_member([&request](std::string_view name, JsonView value) {
    if (JsonView(name).equals("room")) {
      put_room(request, value);
    } else if (!JsonView(name).equals("type")) {
      request.raw(name.substr(1, name.size() - 2), value.raw());
    }
  });
}

void put_argument(JsonObject& request, const HubMethod& method, std::string_view name, JsonView value) {
  if (name == kContent) {
    put_content(request, value);
  } else if (value.is(Kind::null) || name.empty()) {
    return;
  } else if (name == kFields) {
    put_fields(request, value);
  } else if (name == "room") {
    put_room(request, value);
  } else {
    request.raw(name == kName && method.request == "send" ? "name" : name, value.raw());
  }
}

/// A null stands for an argument that is left out, or is a message.
void put_arguments(JsonObject& request, const HubProfile& profile, const HubMethod& method,
                   const std::vector<JsonView>& arguments) {
  const auto is_room = [](std::string_view name) { return name == "room" || name == kFields; };
  bool names_room = std::any_of(method.arguments.begin(), method.arguments.end(), is_room);
  for (const auto& [name, value] : method.with) {
    names_room = names_room || is_room(name);
    put_argument(request, method, name, JsonView(value));
  }
  if (!names_room) request.text("room", profile.room);
  for (std::size_t i = 0; i < arguments.size(); ++i) put_argument(request, method, method.arguments[i], arguments[i]);
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
Failure no_such_method(const std::string& target, const std::string& why = "HubException: Method does not exist.") {
  const std::string shown = target.size() <= limits::kMethodBytes ? target : std::string();
  return {ErrorCode::unknown_type, "Failed to invoke '" + shown + "' due to an error on the server. " + why};
}

/// .NET's binder calls a method with exactly its arguments, and says this otherwise.
std::optional<Failure> fault_in_count(const HubMethod& method, const std::string& target, std::size_t given) {
  if (given >= method.required && given <= method.arguments.size()) return std::nullopt;
  const std::size_t expected = given < method.required ? method.required : method.arguments.size();
  return no_such_method(target, "InvalidDataException: Invocation provides " + std::to_string(given) +
                                    " argument(s) but target expects " + std::to_string(expected) + '.');
}

HubCommand decode_upload(Command each, const std::optional<JsonView>& streams, const RequestId& id) {
  const auto names = items_of(streams);
  if (names.size() != 1 || !is_short_text(names[0])) return bad_request("this method takes one stream");
  if (auto* send = std::get_if<Send>(&each)) return OpenUpload{names[0].text(), std::move(*send), upload_id(id)};
  return to_hub_command(std::move(each));
}

HubCommand decode_invocation(const HubMessage& message, const HubProfile& profile, const RequestId& id) {
  if (message.fault) return *message.fault;
  if (!message.target || !message.target->is(Kind::text) || !message.arguments || !message.arguments->is(Kind::array)) {
    return bad_request("an invocation has a target and arguments");
  }
  const std::string target = message.target->text();
  const auto& methods = profile.methods;
  const auto method = std::find_if(methods.begin(), methods.end(),
                                   [&](const HubMethod& m) { return is_same_ignoring_case(m.name, target); });
  if (method == methods.end()) {
    if (!items_of(message.streams).empty() || target.size() > limits::kMethodBytes) return no_such_method(target);
    return Call{target, message.arguments->compact(), no_such_method(target)};
  }
  const auto arguments = items_of(message.arguments);
  if (auto fault = fault_in_count(*method, target, arguments.size())) return std::move(*fault);
  if ((message.type == HubType::stream_invocation) != method->answers_with_stream) {
    return bad_request(method->name +
                       (method->answers_with_stream ? " answers with a stream" : " does not answer with a stream"));
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (method->arguments[i] == kFields && !arguments[i].is(Kind::object)) {
      return bad_request(method->name + " takes an object");
    }
    if (method->arguments[i] != kContent) continue;
    if (auto fault = fault_in_content(arguments[i])) return std::move(*fault);
  }
  Command command = read_request(method->request, [&](JsonObject& request) {
    put_arguments(request, profile, *method, arguments);
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

/// Of the client to a question of the application.
Result<std::string> decode_result(const HubMessage& message) {
  if (message.fault) return *message.fault;
  if (!is_absent(message.error)) {
    const std::string why = message.error->is(Kind::text) ? message.error->text() : std::string("an error");
    return Failure{ErrorCode::refused, why.size() > kErrorShown ? "a long error" : why};
  }
  if (!message.result) return std::string("null");
  if (auto fault = fault_in_content(*message.result)) return std::move(*fault);
  return message.result->compact();
}

/// A question's id is the server's choice; all others are those of the client's streams.
HubCommand decode_completion(const HubMessage& message) {
  if (is_absent(message.id)) return bad_request("a completion names the stream that ends, or the question");
  std::string id = message.id->text();
  if (id.starts_with(kAskPrefix)) return AnswerAsk{std::move(id), decode_result(message)};
  return EndUpload{std::move(id), error_of(message)};
}

std::uint64_t sequence_of(const HubMessage& message) {
  return message.sequence ? message.sequence->number().value_or(0) : 0;
}

}  // namespace

HubRequest unreadable(std::string why) { return {{}, bad_request(std::move(why))}; }

void append_request(const HubMessage& message, const HubProfile& profile, std::vector<HubRequest>& out) {
  const bool has_id = message.type <= HubType::cancel_invocation && !is_absent(message.id);
  if (has_id && !is_short_text(message.id)) {
    out.push_back(unreadable("\"invocationId\" must be a short text"));
    return;
  }
  switch (message.type) {
    case HubType::invocation:
    case HubType::stream_invocation: {
      RequestId id = request_id(message.id, message.type == HubType::stream_invocation);
      HubCommand command = decode_invocation(message, profile, id);
      out.push_back({std::move(id), std::move(command)});
      break;
    }
    case HubType::stream_item:
      out.push_back(is_absent(message.id) ? unreadable("a stream's item names the stream")
                                          : HubRequest{{}, UploadItem{message.id->text(), decode_item(message)}});
      break;
    case HubType::completion:
      out.push_back({{}, decode_completion(message)});
      break;
    case HubType::cancel_invocation:
      out.push_back({{}, Cancel{request_id(message.id, true)}});
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
