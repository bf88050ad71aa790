#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

/// A value in a JSON text that check_json() could read, read where it lies: the text must outlive it.
class JsonView {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, array, object };

  /// `raw` begins and ends with the value, but for white space.
  explicit JsonView(std::string_view raw);

  Kind kind() const;
  bool is(Kind kind) const { return this->kind() == kind; }
  /// The bytes of the value in the text.
  std::string_view raw() const { return raw_; }
  /// Without white space between its parts.
  std::string compact() const;
  /// Of Kind::text, in UTF-8.
  std::string text() const;
  /// Whether it is a text equal to this.
  bool equals(std::string_view text) const;
  /// Of an integer that is not negative and fits.
  std::optional<std::uint64_t> number() const;

  /// The member `name` of an object.
  std::optional<JsonView> find(std::string_view name) const;

  /// Calls `take(name, value)` for each member of an object; a name is as in the text, with quotes and escapes.
  template <class Take>
  void for_each_member(Take take) const {
    for_each_part([&take](std::string_view name, std::string_view value) { take(name, JsonView(value)); });
  }
  /// Calls `take(value)` for each item of an array.
  template <class Take>
  void for_each_item(Take take) const {
    for_each_part([&take](std::string_view, std::string_view value) { take(JsonView(value)); });
  }

 private:
  /// Takes a value off the front of `text`.
  static std::string_view take_value(std::string_view& text);

  template <class Take>
  void for_each_part(Take take) const {
    std::string_view rest = raw_.substr(1, raw_.size() - 2);
    const bool named = raw_.front() == '{';
    for (skip_to_part(rest); !rest.empty(); skip_to_part(rest)) {
      std::string_view name;
      if (named) {
        name = take_value(rest);
        skip_to_part(rest);
      }
      take(name, take_value(rest));
    }
  }
  /// Over white space, commas and colons.
  static void skip_to_part(std::string_view& text);

  std::string_view raw_;
};

/// Which member of an object goes into which of `Parts`.
template <class Parts>
struct JsonMember {
  std::string_view name;
  std::optional<JsonView> Parts::* place;
};

/// Fills in the members that are there, in one pass.
template <class Parts, std::size_t Count>
void read_members(JsonView object, const std::array<JsonMember<Parts>, Count>& members, Parts& parts) {
  object.for_each_member([&](std::string_view key, JsonView value) {
    for (const auto& [name, place] : members) {
      if (JsonView(key).equals(name)) parts.*place = value;
    }
  });
}

/// Appends the text behind the first quote of a JSON string, up to the last or to the end of the text, without its
/// escapes. Returns how many bytes of the text that are. The string could be read.
std::size_t append_unescaped(std::string& out, std::string_view text);

/// Resolves the escapes of `inside`, the text between the quotes of a JSON string that could be read.
std::string unescape_json(std::string_view inside);

}  // namespace chat
