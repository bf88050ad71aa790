#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// The words that a profile may use. Constant; thread: any.
struct Shape {
  std::string name;
  std::vector<std::string> members;
};
/// The requests of chat.v1 that a method may stand for, each with the members that an argument may be.
const std::vector<Shape>& hub_requests();
/// The events that call a client: messages, then pushes in the order of HubPush. Each with the fields that it has.
const std::vector<Shape>& hub_events();
/// The names of fields, in the order of HubField.
const std::vector<std::string>& hub_fields();

/// Null: there is none.
inline const Shape* find(const std::vector<Shape>& shapes, std::string_view name) {
  const auto found = std::find_if(shapes.begin(), shapes.end(), [name](const Shape& one) { return one.name == name; });
  return found == shapes.end() ? nullptr : &*found;
}

inline std::vector<std::string> names_of(const std::vector<Shape>& shapes) {
  std::vector<std::string> names;
  for (const auto& shape : shapes) names.push_back(shape.name);
  return names;
}

}  // namespace chat
