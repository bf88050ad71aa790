#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/codec/json/json_check.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/core/error.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/message.hpp"
#include "chat/core/rights.hpp"

namespace chat {

/// Reads the parts that answers have in common, until the first fault. `place` is the member that a fault names.
/// Thread: one. Owner: the function that reads an answer.
class AnswerReader {
 public:
  using Kind = JsonView::Kind;

  /// The answer as an object; nullopt, with a fault: it is none.
  std::optional<JsonView> root(std::string_view body);

  bool good() const { return fault_.empty(); }
  void fail(std::string_view place, std::string_view sentence);
  Failure failure() const { return {ErrorCode::bad_request, fault_}; }

  /// Fails unless each member of the object has one of these names.
  template <std::size_t Count>
  void expect_members(std::string_view place, JsonView object, const std::array<std::string_view, Count>& names) {
    object.for_each_member([&](std::string_view key, JsonView) {
      const auto name = JsonView(key).text();
      for (const auto known : names) {
        if (name == known) return;
      }
      fail(place.empty() ? name : std::string(place) + '.' + name, "is unknown");
    });
  }

  /// A text of 1 to `most` bytes without control characters.
  std::string text(std::string_view place, JsonView value, std::size_t most);
  /// A reason for the client; a longer one than limits::kReasonBytes is cut.
  std::string reason(std::string_view place, JsonView value);
  Rights rights(std::string_view place, JsonView value);
  /// The member `text` or `data` of an object that has one of them.
  Content content(std::string_view place, JsonView object);
  /// JSON that a client may get, of at most `most` bytes.
  std::string json(std::string_view place, JsonView value, std::size_t most, JsonLimits allowed = kValueLimits);

 private:
  /// As nested as JSON from a client.
  static constexpr JsonLimits kValueLimits{.depth = limits::kJsonDepth, .members = 16'384};

  std::string fault_;
};

/// Reads `publish` and `notify` of the answer to a call, at most kHookActions.
struct HookPublication read_publication(AnswerReader& in, const std::string& place, JsonView value);
struct HookNotification read_notification(AnswerReader& in, const std::string& place, JsonView value);

}  // namespace chat
