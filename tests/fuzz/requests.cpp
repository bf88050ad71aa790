#include "fuzz/requests.hpp"

#include <utility>
#include <variant>
#include <vector>

namespace chat {
namespace {

using nlohmann::json;

template <class Value>
json or_null(const std::optional<Value>& value) {
  return value ? json(*value) : json();
}
json describe(const std::optional<Position>& cursor) {
  return cursor ? json{{"epoch", cursor->epoch}, {"offset", cursor->offset}} : json();
}
json describe(const Content& content) { return {content.kind == Content::Kind::text ? "text" : "data", content.value}; }

struct Describer {
  json operator()(const Hello& c) const {
    return {"hello",          or_null(c.name), or_null(c.identity_secret), or_null(c.producer),
            or_null(c.token), or_null(c.trace)};
  }
  json operator()(const Refresh& c) const { return {"refresh", c.token}; }
  json operator()(const Moderate& c) const {
    return {"moderate", c.room, c.user, static_cast<int>(c.action), or_null(c.seconds), c.reason};
  }
  json operator()(const Join& c) const { return {"join", c.room, describe(c.cursor), c.history}; }
  json operator()(const Leave& c) const { return {"leave", c.room}; }
  json operator()(const Send& c) const { return {"send", c.room, describe(c.content), c.seq, or_null(c.name)}; }
  json operator()(const ReadHistory& c) const {
    return {"history", c.room, or_null(c.before), or_null(c.after), c.limit};
  }
  json operator()(const ReadTrace& c) const { return {"trace", c.room, c.offset}; }
  json operator()(const ListMembers& c) const { return {"members", c.room}; }
  json operator()(const NotifyTyping& c) const { return {"typing", c.room}; }
  json operator()(const AskNode&) const { return {"node"}; }
  json operator()(const WatchCluster& c) const { return {"watch", c.on, c.details}; }
  json operator()(const Call& c) const { return {"call", c.method, c.page}; }
  json operator()(const AnswerAsk& c) const {
    return {"answer", c.id, c.answer ? *c.answer : "-" + c.answer.error().message};
  }
  json operator()(const Failure& c) const { return {"failure", to_text(c.code), c.message}; }
  json operator()(const OpenUpload& c) const { return {"open", c.stream, (*this)(c.each), c.each_id}; }
  json operator()(const UploadItem& c) const {
    return {"item", c.stream, c.content ? describe(*c.content) : (*this)(c.content.error())};
  }
  json operator()(const EndUpload& c) const { return {"end", c.stream}; }
  json operator()(const Cancel& c) const { return {"cancel", c.id}; }
  json operator()(const Acknowledge& c) const { return {"ack", c.last}; }
  json operator()(const Restart& c) const { return {"restart", c.next}; }
  json operator()(const Goodbye&) const { return {"goodbye"}; }
};

/// Data stands there as it was decoded: another writer of JSON would change its numbers.
std::string raw(const Content& content) {
  return content.kind == Content::Kind::text ? json(content.value).dump() : content.value;
}

/// Members of an object, as text; those that are null are left out.
class Object {
 public:
  Object& raw(const char* name, const std::string& value) {
    if (!text_.empty()) text_ += ',';
    text_ += json(name).dump() + ':' + value;
    return *this;
  }
  Object& add(const char* name, const json& value) { return value.is_null() ? *this : raw(name, value.dump()); }
  std::string text() const { return '{' + text_ + '}'; }

 private:
  std::string text_;
};

struct ChatWriter {
  Object& out;

  bool operator()(const Hello& c) const {
    out.add("type", "hello").add("name", or_null(c.name)).add("identity_secret", or_null(c.identity_secret));
    out.add("producer", or_null(c.producer)).add("token", or_null(c.token)).add("trace", or_null(c.trace));
    return true;
  }
  bool operator()(const Join& c) const {
    out.add("type", "join").add("room", c.room).add("cursor", describe(c.cursor)).add("history", c.history);
    return true;
  }
  bool operator()(const Send& c) const {
    out.add("type", "send").add("room", c.room).add("name", or_null(c.name));
    out.raw(c.content.kind == Content::Kind::text ? "text" : "data", raw(c.content));
    if (c.seq != 0) out.add("seq", c.seq);
    return true;
  }
  bool operator()(const ReadHistory& c) const {
    out.add("type", "history").add("room", c.room).add("limit", c.limit);
    out.add("before", or_null(c.before)).add("after", or_null(c.after));
    return true;
  }
  bool operator()(const ReadTrace& c) const { return of_room("trace", c.room), out.add("offset", c.offset), true; }
  bool operator()(const Leave& c) const { return of_room("leave", c.room); }
  bool operator()(const Refresh& c) const { return out.add("type", "refresh").add("token", c.token), true; }
  bool operator()(const ListMembers& c) const { return of_room("members", c.room); }
  bool operator()(const NotifyTyping& c) const { return of_room("typing", c.room); }
  bool operator()(const AskNode&) const { return out.add("type", "node"), true; }
  bool operator()(const WatchCluster& c) const {
    return out.add("type", "watch").add("on", c.on).add("details", c.details), true;
  }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }

 private:
  bool of_room(const char* type, const std::string& room) const {
    return out.add("type", type).add("room", room), true;
  }
};

/// Null stands for an argument that is left out.
std::string invocation(const RequestId& id, const std::string& target, const std::vector<std::string>& arguments,
                       const json& streams = {}, int type = 1) {
  std::string list;
  for (const auto& argument : arguments) list += (list.empty() ? "" : ",") + argument;
  Object out;
  out.add("type", type);
  if (!id.empty()) out.add("invocationId", id.substr(1));
  return out.add("target", target).raw("arguments", '[' + list + ']').add("streamIds", streams).text();
}

struct HubWriter {
  const RequestId& id;
  std::string& out;

  bool operator()(const Hello& c) const {
    Object who;
    who.add("name", or_null(c.name))
        .add("identity_secret", or_null(c.identity_secret))
        .add("producer", or_null(c.producer))
        .add("token", or_null(c.token));
    return call("Hello", {who.text()});
  }
  bool operator()(const Join& c) const { return call("JoinRoom", {json(c.room).dump(), describe(c.cursor).dump()}); }
  bool operator()(const Leave& c) const { return call("LeaveRoom", {json(c.room).dump()}); }
  bool operator()(const Send& c) const {
    return call("SendToRoom", {json(c.room).dump(), or_null(c.name).dump(), raw(c.content),
                               c.seq == 0 ? "null" : json(c.seq).dump()});
  }
  bool operator()(const ReadHistory& c) const {
    if (c.after || id.starts_with('s')) {
      out = invocation(id, "StreamHistory", {json(c.room).dump(), or_null(c.after).dump()}, {}, 4);
      return true;
    }
    return call("History", {json(c.room).dump(), or_null(c.before).dump(), json(c.limit).dump()});
  }
  bool operator()(const ListMembers& c) const { return call("Members", {json(c.room).dump()}); }
  bool operator()(const NotifyTyping& c) const { return call("Typing", {json(c.room).dump()}); }
  bool operator()(const AskNode&) const { return call("GetNodeInfo", {}); }
  bool operator()(const Call& c) const {
    std::vector<std::string> arguments;
    for (const auto& argument : json::parse(c.arguments)) arguments.push_back(argument.dump());
    out = invocation(id, c.method, arguments, {}, id.starts_with('s') ? 4 : 1);
    return true;
  }
  bool operator()(const AnswerAsk& c) const {
    Object completion;
    completion.add("type", 3).add("invocationId", c.id);
    return tell(c.answer ? completion.raw("result", *c.answer) : completion.add("error", c.answer.error().message));
  }
  bool operator()(const Refresh& c) const { return call("Refresh", {json(c.token).dump()}); }
  bool operator()(const OpenUpload& c) const {
    out = invocation(id, "UploadMessages", {json(c.each.room).dump(), or_null(c.each.name).dump()},
                     json::array({c.stream}));
    return true;
  }
  bool operator()(const UploadItem& c) const {
    return c.content && tell(Object().add("type", 2).add("invocationId", c.stream).raw("item", raw(*c.content)));
  }
  bool operator()(const EndUpload& c) const { return tell(Object().add("type", 3).add("invocationId", c.stream)); }
  bool operator()(const Cancel& c) const {
    return tell(c.id.empty() ? Object().add("type", 5) : Object().add("type", 5).add("invocationId", c.id.substr(1)));
  }
  bool operator()(const Goodbye&) const { return tell(Object().add("type", 7)); }
  bool operator()(const Acknowledge& c) const { return tell(Object().add("type", 8).add("sequenceId", c.last)); }
  bool operator()(const Restart& c) const { return tell(Object().add("type", 9).add("sequenceId", c.next)); }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }

 private:
  bool call(const char* target, const std::vector<std::string>& arguments) const {
    return out = invocation(id, target, arguments), true;
  }
  bool tell(const Object& object) const { return out = object.text(), true; }
};

}  // namespace

json describe(const Request& request) { return {request.id, std::visit(Describer{}, request.command)}; }
json describe(const HubRequest& request) { return {request.id, std::visit(Describer{}, request.command)}; }

std::optional<std::string> to_chat_v1(const Request& request) {
  Object out;
  if (!request.id.empty()) out.raw("id", request.id);
  if (!std::visit(ChatWriter{out}, request.command)) return std::nullopt;
  return out.text();
}

std::optional<std::string> to_hub_json(const HubRequest& request) {
  std::string out;
  if (!std::visit(HubWriter{request.id, out}, request.command)) return std::nullopt;
  return out;
}

/// HubProtocol.md: members by their place, headers in the second.
std::string to_hub_msgpack(const std::string& hub_json) {
  const json message = json::parse(hub_json);
  const auto at = [&message](const char* name) { return message.value(name, json()); };
  const int type = message["type"];
  json array = json::array({type});
  if (type <= 5) array.insert(array.end(), {json::object(), at("invocationId")});
  if (type == 1 || type == 4) {
    array.insert(array.end(), {at("target"), at("arguments"), message.value("streamIds", json::array())});
  } else if (type == 2) {
    array.push_back(at("item"));
  } else if (type == 3) {
    array.push_back(2);  // without a result
  } else if (type >= 8) {
    array.push_back(at("sequenceId"));
  }
  const auto bytes = json::to_msgpack(array);
  std::string out;
  std::size_t size = bytes.size();
  for (; size >= 0x80; size >>= 7) out += static_cast<char>((size & 0x7f) | 0x80);
  out += static_cast<char>(size);
  return out.append(bytes.begin(), bytes.end());
}

}  // namespace chat
