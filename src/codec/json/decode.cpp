#include "codec/json/decode.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "chat/core/limits.hpp"
#include "codec/json/guarded_parse.hpp"

namespace chat {
namespace {

using nlohmann::json;

Failure bad_request(std::string message) { return {ErrorCode::bad_request, std::move(message)}; }

/// Reads typed members of one object and remembers the first that is wrong.
class Members {
 public:
  explicit Members(const json& object) : object_(object) {}

  bool good() const { return !failure_; }
  Failure failure() const { return *failure_; }

  std::optional<std::string> text(const char* name, std::size_t most) {
    const json* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) return fail(name, " must be a text");
    const auto& string = value->get_ref<const std::string&>();
    if (string.size() > most) return fail(name, " is longer than " + std::to_string(most) + " bytes");
    if (string.find('\0') != std::string::npos) return fail(name, " contains a NUL character");
    return string;
  }

  std::optional<std::uint64_t> number(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() > kMostExact) {
      fail(name, " must be a whole number from 0 to 9007199254740991");
      return std::nullopt;
    }
    return value->get<std::uint64_t>();
  }

  std::string required_text(const char* name, std::size_t most) {
    auto value = text(name, most);
    if (!value && good()) fail(name, " is missing");
    return value.value_or("");
  }

  /// Any text: whether it names a room is answered with bad_room, by the session.
  std::string room() {
    const json* value = find("room");
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    fail("room", value == nullptr ? " is missing" : " must be a text");
    return {};
  }

  const json* find(const char* name) const {
    const auto place = object_.find(name);
    return place == object_.end() ? nullptr : &*place;
  }

  std::nullopt_t fail(std::string name, std::string_view what) {
    if (!failure_) failure_ = bad_request("\"" + name + "\"" + std::string(what));
    return std::nullopt;
  }

 private:
  static constexpr std::uint64_t kMostExact = (std::uint64_t{1} << 53) - 1;  // what a JavaScript client can count

  const json& object_;
  std::optional<Failure> failure_;
};

std::uint32_t page_size(Members& in, const char* name) {
  const auto asked = in.number(name).value_or(limits::kDefaultPageMessages);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(asked, limits::kPageMessages));
}

Command decode_hello(Members& in) {
  Hello hello;
  hello.name = in.text("name", limits::kUserNameBytes);
  hello.guest = in.text("guest", limits::kSecretBytes);
  hello.producer = in.text("producer", limits::kSecretBytes);
  return hello;
}

Command decode_join(Members& in) {
  Join join;
  join.room = in.room();
  join.history = page_size(in, "history");
  if (const json* cursor = in.find("cursor"); cursor != nullptr && !cursor->is_null()) {
    if (!cursor->is_object()) {
      in.fail("cursor", " must be an object with epoch and offset");
      return join;
    }
    Members parts(*cursor);
    Position held{parts.required_text("epoch", limits::kRequestIdBytes), parts.number("offset").value_or(0)};
    if (!parts.good()) return parts.failure();
    join.cursor = std::move(held);
  }
  return join;
}

Command decode_send(Members& in) {
  Send send;
  send.room = in.room();
  if (const auto n = in.number("n")) {
    send.n = *n;
    if (*n == 0) in.fail("n", " counts from 1");
  }
  const json* data = in.find("data");
  const json* text = in.find("text");
  if ((data == nullptr) == (text == nullptr)) {
    in.fail("text", " or \"data\" must be there, one of them");
  } else if (data != nullptr) {
    send.content = {Content::Kind::data, data->dump()};
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

Command decode_history(Members& in) {
  ReadHistory history;
  history.room = in.room();
  history.before = in.number("before");
  history.limit = page_size(in, "limit");
  return history;
}

template <class RoomCommand>
Command decode_room_command(Members& in) {
  return RoomCommand{in.room()};
}

Command decode_node(Members&) { return AskNode{}; }

struct Type {
  std::string_view name;
  Command (*decode)(Members&);
};
constexpr std::array kTypes{
    Type{"send", decode_send},
    Type{"typing", decode_room_command<NotifyTyping>},
    Type{"hello", decode_hello},
    Type{"join", decode_join},
    Type{"leave", decode_room_command<Leave>},
    Type{"history", decode_history},
    Type{"members", decode_room_command<ListMembers>},
    Type{"node", decode_node},
};

Request decode_one(const json& object) {
  if (!object.is_object()) return {{}, bad_request("a request is a JSON object")};
  RequestId id;
  if (const auto place = object.find("id"); place != object.end() && !place->is_null()) {
    const bool short_text =
        place->is_string() && place->get_ref<const std::string&>().size() <= limits::kRequestIdBytes;
    if (!place->is_number_integer() && !short_text)
      return {{}, bad_request("\"id\" must be a whole number or a short text")};
    id = place->dump();
  }
  Members in(object);
  const std::string type = in.required_text("type", limits::kClientMessageBytes);
  if (!in.good()) return {std::move(id), in.failure()};
  const auto known = std::find_if(kTypes.begin(), kTypes.end(), [&](const Type& t) { return t.name == type; });
  if (known == kTypes.end()) {
    return {std::move(id), Failure{ErrorCode::unknown_type, "there is no request of this type"}};
  }
  Command command = known->decode(in);
  if (!in.good()) command = in.failure();
  return {std::move(id), std::move(command)};
}

}  // namespace

void decode_json(std::string_view payload, std::vector<Request>& out) {
  std::string why;
  const auto document = guarded_parse(payload, why);
  if (!document) {
    out.push_back({{}, bad_request(std::move(why))});
  } else if (!document->is_array()) {
    out.push_back(decode_one(*document));
  } else if (document->empty() || document->size() > limits::kCommandsPerFrame) {
    out.push_back({{}, bad_request("a frame has 1 to " + std::to_string(limits::kCommandsPerFrame) + " requests")});
  } else {
    for (const auto& object : *document) out.push_back(decode_one(object));
  }
}

}  // namespace chat
