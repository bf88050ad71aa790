#pragma once

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chat/codec/json/json_view.hpp"
#include "chat/core/error.hpp"
#include "protocols/chat_v1/faults.hpp"

namespace chat {

/// Reads typed members of one object and remembers the first that is wrong.
class MemberReader {
 public:
  explicit MemberReader(JsonView object) {
    object.for_each_member([this](std::string_view quoted, JsonView value) {
      auto name = quoted.substr(1, quoted.size() - 2);
      if (name.find('\\') != std::string_view::npos) name = unescaped_.emplace_back(unescape_json(name));
      members_.push_back({name, value});
    });
  }
  MemberReader(const MemberReader&) = delete;
  MemberReader& operator=(const MemberReader&) = delete;

  bool good() const { return !failure_; }
  Failure failure() const { return *failure_; }

  std::optional<std::string> text(std::string_view name, std::size_t most) {
    const JsonView* value = given(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is(JsonView::Kind::text)) return fail(name, " must be a text");
    std::string text = value->text();
    if (text.size() > most) return fail(name, " is longer than " + std::to_string(most) + " bytes");
    if (text.find('\0') != std::string::npos) return fail(name, " contains a NUL character");
    return text;
  }

  std::optional<std::uint64_t> number(std::string_view name) {
    const JsonView* value = given(name);
    if (value == nullptr) return std::nullopt;
    const auto number = value->number();
    if (number && *number <= kMaxExact) return number;
    fail(name, " must be a whole number from 0 to 9007199254740991");
    return std::nullopt;
  }

  std::optional<bool> boolean(std::string_view name) {
    const JsonView* value = given(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is(JsonView::Kind::boolean)) return fail(name, " must be true or false");
    return value->raw() == "true";
  }

  std::string required_text(std::string_view name, std::size_t most) {
    auto value = text(name, most);
    if (!value && good()) fail(name, " is missing");
    return std::move(value).value_or("");
  }

  /// Any text: the session answers bad_room if it names no room.
  std::string room() {
    const JsonView* value = find("room");
    if (value != nullptr && value->is(JsonView::Kind::text)) return value->text();
    fail("room", value == nullptr ? " is missing" : " must be a text");
    return {};
  }

  const JsonView* find(std::string_view name) const {
    const auto place =
        std::find_if(members_.begin(), members_.end(), [name](const Member& member) { return member.name == name; });
    return place == members_.end() ? nullptr : &place->value;
  }

  /// Serializers write null for omitted members.
  const JsonView* given(std::string_view name) const {
    const JsonView* value = find(name);
    return value == nullptr || value->is(JsonView::Kind::null) ? nullptr : value;
  }

  std::nullopt_t fail(std::string_view name, std::string_view what) {
    if (!failure_) failure_ = bad_request('"' + std::string(name) + '"' + std::string(what));
    return std::nullopt;
  }

 private:
  static constexpr std::uint64_t kMaxExact = (std::uint64_t{1} << 53) - 1;  // JavaScript counts exactly up to here
  struct Member {
    std::string_view name;
    JsonView value;
  };

  boost::container::small_vector<Member, 12> members_;
  std::list<std::string> unescaped_;  // names without their escapes
  std::optional<Failure> failure_;
};

}  // namespace chat
