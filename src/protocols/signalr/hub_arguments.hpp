#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/base/json_text.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/core/event.hpp"
#include "chat/core/names.hpp"
#include "chat/protocols/hub_profile.hpp"

namespace chat {

/// The arguments of one call as a JSON array. `append(out, field)` appends a field of the event as JSON.
template <class Append>
std::string hub_arguments(const std::vector<HubArgument>& arguments, Append append) {
  std::string out = "[";
  for (const auto& argument : arguments) {
    if (out.size() > 1) out += ',';
    if (argument.parts.empty()) {
      append(out, argument.field);
      continue;
    }
    std::string text, value;
    for (const auto& part : argument.parts) {
      text += part.text;
      if (!part.field) continue;
      value.clear();
      append(value, *part.field);
      const JsonView view(value);
      text += view.is(JsonView::Kind::text) ? view.text() : value;
    }
    append_json_string(out, text);
  }
  return out += ']';
}

/// The same for a call about a user in a room; `event`: makes the object that chat.v1 has for it.
template <class Object>
std::string hub_arguments(const HubCall& call, const User& user, std::string_view room, Object event) {
  return hub_arguments(call.arguments, [&](std::string& out, HubField field) {
    if (field == HubField::event) return void(out += event());
    if (field == HubField::room) return append_json_string(out, group_of_room(room));
    append_json_string(out, field == HubField::user ? user.name : user.id);
  });
}

/// The same for a message in its room.
std::string hub_arguments(const HubCall& call, const Published& published);

}  // namespace chat
