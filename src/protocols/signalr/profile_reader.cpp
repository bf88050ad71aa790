#include "protocols/signalr/profile_reader.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/ascii.hpp"
#include "chat/base/closest.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/names.hpp"
#include "chat/core/notice.hpp"
#include "chat/core/rights.hpp"
#include "protocols/signalr/profile_shapes.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;

constexpr std::size_t kMaxMethods = 64;
constexpr std::size_t kMaxArguments = 16;

const std::vector<std::string> kProfileMembers{"room", "methods", "calls", "details_on_request"};
const std::vector<std::string> kMethodMembers{"request", "arguments", "with", "stream"};
const std::vector<std::string> kCallMembers{"method", "arguments", "rooms"};

/// "a, b or c".
std::string either(const std::vector<std::string>& words) {
  std::string text = words.empty() ? "nothing" : words.front();
  for (std::size_t i = 1; i < words.size(); ++i) text += (i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string at(const std::string& place, std::size_t i) { return place + '[' + std::to_string(i) + ']'; }

}  // namespace

std::string hint_for(std::string_view written, const std::vector<std::string>& words) {
  const auto meant = closest(written, words);
  return meant.empty() ? "" : "; did you mean " + meant + '?';
}

void ProfileReader::fail(const std::string& place, const std::string& sentence) {
  if (fault_.empty()) fault_ = place_ + place + ' ' + sentence;
}

bool ProfileReader::expect_object(const std::string& place, JsonView value) {
  if (!value.is(Kind::object)) fail(place, "must be an object");
  return value.is(Kind::object);
}

/// The name of a method.
std::string ProfileReader::read_text(const std::string& place, JsonView value) {
  auto text = value.is(Kind::text) ? value.text() : std::string();
  if (text.empty() || text.size() > limits::kMethodBytes) fail(place, "must be a name of 1 to 128 bytes");
  return text;
}

std::vector<std::string> ProfileReader::read_texts(const std::string& place, JsonView value) {
  std::vector<std::string> texts;
  if (!value.is(Kind::array)) {
    fail(place, "must be a list");
    return texts;
  }
  value.for_each_item([&](JsonView item) { texts.push_back(item.is(Kind::text) ? item.text() : std::string()); });
  return texts;
}

HubProfile ProfileReader::read(JsonView profile) {
  profile_.room = "lobby";
  if (expect_object("", profile)) {
    profile.for_each_member([&](std::string_view name, JsonView value) { read_member(JsonView(name).text(), value); });
  }
  return std::move(profile_);
}

void ProfileReader::read_member(const std::string& name, JsonView value) {
  const std::string place = '.' + name;
  if (name == "methods") return read_methods(value);
  if (name == "calls") return read_calls(value);
  if (name == "room") {
    const auto room = value.is(Kind::text) ? room_of_group(value.text()) : std::string();
    if (!is_room_name(room)) fail(place, "must be the name of a room");
    profile_.room = room;
  } else if (name == "details_on_request") {
    if (!value.is(Kind::boolean)) fail(place, "must be true or false");
    profile_.details_on_request = value.raw() == "true";
  } else {
    fail(place, "is unknown" + hint_for(name, kProfileMembers));
  }
}

// ---- methods that clients call -----------------------------------------------------------------------------------

void ProfileReader::read_methods(JsonView value) {
  if (!expect_object(".methods", value)) return;
  value.for_each_member([&](std::string_view key, JsonView method) {
    const auto name = JsonView(key).text();
    const std::string place = ".methods." + name;
    read_text(place, JsonView(key));
    if (std::any_of(profile_.methods.begin(), profile_.methods.end(),
                    [&](const HubMethod& one) { return is_same_ignoring_case(one.name, name); })) {
      fail(place, "is there already; case makes no difference");
    }
    if (profile_.methods.size() == kMaxMethods) return fail(".methods", "has more than 64 members");
    profile_.methods.push_back(read_method(place, method));
    profile_.methods.back().name = name;
  });
}

HubMethod ProfileReader::read_method(const std::string& place, JsonView value) {
  HubMethod method;
  if (!expect_object(place, value)) return method;
  const auto request = value.find("request");
  method.request = request && request->is(Kind::text) ? request->text() : std::string();
  const auto requests = names_of(hub_requests());
  if (!contains(requests, method.request)) {
    fail(place + ".request", "must be " + either(requests) + hint_for(method.request, requests));
    return method;
  }
  value.for_each_member([&](std::string_view key, JsonView member) {
    const auto name = JsonView(key).text();
    if (name == "arguments") {
      read_parameters(place + ".arguments", member, method);
    } else if (name == "with") {
      read_constants(place + ".with", member, method);
    } else if (name == "stream") {
      method.takes_stream = member.equals("in") && method.request == "send";
      method.answers_with_stream = member.equals("out") && method.request == "history";
      if (!method.takes_stream && !method.answers_with_stream) {
        fail(place + ".stream", R"(must be "in" for send, or "out" for history)");
      }
    } else if (name != "request") {
      fail(place + '.' + name, "is unknown" + hint_for(name, kMethodMembers));
    }
  });
  return method;
}

void ProfileReader::check_parameter(const std::string& place, const HubMethod& method, const std::string& name) {
  const auto& members = find(hub_requests(), method.request)->members;
  if (!contains(members, name)) {
    fail(place, "must be " + either(members) + " for " + method.request + hint_for(name, members));
  }
}

/// A question mark marks an argument that a call may leave out; null one that is not used.
void ProfileReader::read_parameters(const std::string& place, JsonView value, HubMethod& method) {
  if (!value.is(Kind::array)) return fail(place, "must be a list");
  bool optional = false;
  value.for_each_item([&](JsonView item) {
    const auto here = at(place, method.arguments.size());
    if (method.arguments.size() == kMaxArguments) return fail(place, "has more than 16 items");
    auto name = item.is(Kind::text) ? item.text() : std::string();
    const bool may_miss = name.ends_with('?');
    if (may_miss) name.pop_back();
    if (!item.is(Kind::null)) check_parameter(here, method, name);
    if (!name.empty() && contains(method.arguments, name)) fail(here, "stands in the list already");
    if (optional && !may_miss) fail(here, "must be optional (?), as the one before it");
    optional = may_miss;
    method.arguments.push_back(name);
    if (!optional) ++method.required;
  });
}

void ProfileReader::read_constants(const std::string& place, JsonView value, HubMethod& method) {
  if (!expect_object(place, value)) return;
  value.for_each_member([&](std::string_view key, JsonView constant) {
    const auto name = JsonView(key).text();
    check_parameter(place + '.' + name, method, name);
    method.with.emplace_back(name, constant.compact());
  });
}

// ---- calls of clients --------------------------------------------------------------------------------------------

void ProfileReader::read_calls(JsonView value) {
  if (!expect_object(".calls", value)) return;
  value.for_each_member([&](std::string_view key, JsonView call) {
    const auto event = JsonView(key).text();
    const std::string place = ".calls." + event;
    const Shape* const shape = find(hub_events(), event);
    if (shape == nullptr) return fail(place, "is unknown" + hint_for(event, names_of(hub_events())));
    if (event != "message") {
      profile_.pushes[static_cast<std::size_t>(shape - hub_events().data()) - 1] = read_call(place, event, call);
    } else if (call.is(Kind::array)) {
      call.for_each_item([&](JsonView one) {
        if (profile_.messages.size() == kMaxArguments) return fail(place, "has more than 16 items");
        profile_.messages.push_back(read_call(at(place, profile_.messages.size()), event, one));
      });
    } else {
      profile_.messages.push_back(read_call(place, event, call));
    }
  });
}

HubCall ProfileReader::read_call(const std::string& place, std::string_view event, JsonView value) {
  HubCall call;
  if (!expect_object(place, value)) return call;
  value.for_each_member([&](std::string_view key, JsonView member) {
    const auto name = JsonView(key).text();
    const std::string here = place + '.' + name;
    if (name == "method") {
      call.method = read_text(here, member);
    } else if (name == "arguments" && member.is(Kind::array)) {
      member.for_each_item([&](JsonView item) {
        if (call.arguments.size() == kMaxArguments) return fail(here, "has more than 16 items");
        call.arguments.push_back(read_argument(at(here, call.arguments.size()), event, item));
      });
    } else if (name == "arguments") {
      fail(here, "must be a list");
    } else if (name == "rooms" && contains(find(hub_events(), event)->members, "room")) {
      call.rooms = read_texts(here, member);
      const bool good = !call.rooms.empty() && std::all_of(call.rooms.begin(), call.rooms.end(), is_room_pattern);
      if (!good) fail(here, "must be a list of names of rooms or patterns: a-z 0-9 _ . - and *");
    } else {
      fail(here, "is unknown" + hint_for(name, kCallMembers));
    }
  });
  if (call.method.empty()) fail(place + ".method", "is missing");
  const bool is_notice = event == "joined" || event == "left";
  if (is_notice && !is_notice_name(call.method)) {
    fail(place + ".method", "must be 1 to 64 bytes without control characters");
  }
  return call;
}

HubArgument ProfileReader::read_argument(const std::string& place, std::string_view event, JsonView value) {
  const auto text = value.is(Kind::text) ? value.text() : std::string();
  if (text.find('{') != std::string::npos) return read_template(place, event, text);
  return {read_field(place, event, text)};
}

HubField ProfileReader::read_field(const std::string& place, std::string_view event, const std::string& name) {
  const auto& fields = find(hub_events(), event)->members;
  if (contains(fields, name)) {
    return static_cast<HubField>(std::find(hub_fields().begin(), hub_fields().end(), name) - hub_fields().begin());
  }
  fail(place, "must be " + either(fields) + ", or a text with {fields}" + hint_for(name, fields));
  return HubField::event;
}

HubArgument ProfileReader::read_template(const std::string& place, std::string_view event, std::string_view text) {
  HubArgument argument;
  while (!text.empty()) {
    const auto open = std::min(text.find('{'), text.size());
    HubArgument::Part part{std::string(text.substr(0, open))};
    text.remove_prefix(open);
    if (!text.empty()) {
      const auto close = text.find('}');
      if (close == std::string_view::npos) {
        fail(place, "has a { without a }");
        return argument;
      }
      part.field = read_field(place, event, std::string(text.substr(1, close - 1)));
      text.remove_prefix(close + 1);
    }
    argument.parts.push_back(std::move(part));
  }
  return argument;
}

}  // namespace chat
