// What a hub message asks for. A method of the hub is a request of chat.v1 with its members given in order, so that
// there is one place where requests are read.
#include <algorithm>
#include <array>
#include <utility>

#include "chat/core/limits.hpp"
#include "codec/json/decode.hpp"
#include "codec/signalr/hub_message.hpp"
#include "codec/signalr/request_id.hpp"

namespace chat {
namespace {

using nlohmann::json;

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
    Method{"SendToRoom", "send", {"room", "name", kContent, "n"}},
    Method{"UploadMessages", "send", {"room", "name"}, Answer::once, true},
    Method{"JoinRoom", "join", {"room", "cursor"}},
    Method{"LeaveRoom", "leave", {"room"}},
    Method{"History", "history", {"room", "before", "limit"}},
    Method{"StreamHistory", "history", {"room", "after"}, Answer::stream},
    Method{"Members", "members", {"room"}},
    Method{"Typing", "typing", {"room"}},
    Method{"Hello", "hello", {kObject}},
    Method{"GetNodeInfo", "node", {}},
};

Failure bad_request(std::string message) { return {ErrorCode::bad_request, std::move(message)}; }

bool is_same_name(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [lower](char a, char b) { return lower(a) == lower(b); });
}

std::size_t parameter_count(const Method& method) {
  return static_cast<std::size_t>(std::find(method.parameters.begin(), method.parameters.end(), std::string_view{}) -
                                  method.parameters.begin());
}

void put_content(json& request, json&& content) {
  const char* kind = content.is_string() ? "text" : "data";
  request[kind] = std::move(content);
}

/// The request of chat.v1. A null stands for what is left out; a message without a room is for the lobby.
json to_request(const Method& method, json&& arguments) {
  json request = json::object();
  if (method.parameters[0] != "room") request["room"] = "lobby";
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    json& argument = arguments[i];
    if (argument.is_null()) continue;
    if (method.parameters[i] == kContent) {
      put_content(request, std::move(argument));
    } else if (method.parameters[i] == kObject) {
      request.update(argument);
    } else {
      request[std::string(method.parameters[i])] = std::move(argument);
    }
  }
  request["type"] = std::string(method.type);
  return request;
}

Command read(const json& request) { return decode_command(JsonView(request.dump())); }

bool is_short_text(const json& value) {
  return value.is_string() && !value.get_ref<const std::string&>().empty() &&
         value.get_ref<const std::string&>().size() <= limits::kRequestIdBytes;
}

Command decode_upload(json&& request, const json& streams, const RequestId& id) {
  const bool one = streams.is_array() && streams.size() == 1 && is_short_text(streams[0]);
  if (!one) return bad_request("this method takes one stream");
  request["text"] = "-";  // each message has its own
  Command each = read(request);
  if (auto* send = std::get_if<Send>(&each)) {
    return OpenUpload{streams[0].get<std::string>(), std::move(*send), upload_id(id)};
  }
  return each;
}

Command decode_call(HubMessage& message, const RequestId& id) {
  if (!message.target.is_string() || !message.arguments.is_array()) {
    return bad_request("an invocation has a target and arguments");
  }
  const auto& target = message.target.get_ref<const std::string&>();
  const auto method =
      std::find_if(kMethods.begin(), kMethods.end(), [&](const Method& m) { return is_same_name(m.name, target); });
  if (method == kMethods.end()) return Failure{ErrorCode::unknown_type, "the hub has no method of this name"};
  if (message.arguments.size() > parameter_count(*method)) {
    return bad_request(std::string(method->name) + " takes " + std::to_string(parameter_count(*method)) +
                       " arguments, given were " + std::to_string(message.arguments.size()));
  }
  if ((message.type == HubType::stream_invocation) != (method->answer == Answer::stream)) {
    return bad_request(std::string(method->name) + (method->answer == Answer::stream
                                                        ? " answers with a stream"
                                                        : " does not answer with a stream"));
  }
  if (method->parameters[0] == kObject && !message.arguments.empty() && !message.arguments[0].is_object()) {
    return bad_request(std::string(method->name) + " takes an object");
  }
  json request = to_request(*method, std::move(message.arguments));
  return method->takes_stream ? decode_upload(std::move(request), message.streams, id) : read(request);
}

/// The content of a stream's item is judged as that of any message.
Command decode_item(HubMessage& message) {
  json request{{"type", "send"}, {"room", "lobby"}};
  put_content(request, std::move(message.item));
  Command send = read(request);
  if (auto* good = std::get_if<Send>(&send)) {
    return UploadItem{message.id.get<std::string>(), std::move(good->content)};
  }
  return send;
}

}  // namespace

Request unreadable(std::string why) { return {{}, bad_request(std::move(why))}; }

void append_request(HubMessage&& message, std::vector<Request>& out) {
  if (!message.id.is_null() && !is_short_text(message.id)) {
    out.push_back(unreadable("\"invocationId\" must be a short text"));
    return;
  }
  const auto number = [&]() -> std::optional<std::uint64_t> {
    return message.sequence.is_number_unsigned() ? message.sequence.get<std::uint64_t>()
                                                 : std::optional<std::uint64_t>();
  };
  switch (message.type) {
    case HubType::invocation:
    case HubType::stream_invocation: {
      RequestId id = request_id(message.id, message.type == HubType::stream_invocation);
      Command command = decode_call(message, id);
      out.push_back({std::move(id), std::move(command)});
      break;
    }
    case HubType::stream_item:
      out.push_back(message.id.is_null() ? unreadable("a stream's item names the stream")
                                         : Request{{}, decode_item(message)});
      break;
    case HubType::completion:
      out.push_back(message.id.is_null() ? unreadable("a stream's end names the stream")
                                         : Request{{}, EndUpload{message.id.get<std::string>()}});
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
      out.push_back(number() ? Request{{}, Acknowledge{*number()}} : unreadable("\"sequenceId\" must be a number"));
      break;
    case HubType::sequence:
      out.push_back(number() ? Request{{}, Restart{*number()}} : unreadable("\"sequenceId\" must be a number"));
      break;
  }
}

}  // namespace chat
