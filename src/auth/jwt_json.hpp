#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat/codec/json/json_view.hpp"

namespace chat {

/// A text; nullopt: a value of another kind.
inline std::optional<std::string> text_of(JsonView value) {
  if (!value.is(JsonView::Kind::text)) return std::nullopt;
  return value.text();
}

/// The member `name` of an object if it is a text.
inline std::optional<std::string> text_member(JsonView object, std::string_view name) {
  const auto value = object.find(name);
  return value ? text_of(*value) : std::nullopt;
}

}  // namespace chat
