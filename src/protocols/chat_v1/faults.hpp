#pragma once

#include <optional>
#include <string>
#include <utility>

#include "chat/codec/json/data_limits.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/core/error.hpp"

namespace chat {

inline Failure bad_request(std::string message) { return {ErrorCode::bad_request, std::move(message)}; }

/// Why a list or an object may not be the content of a message.
inline std::optional<Failure> fault_in_content(JsonView content) {
  if (!content.is(JsonView::Kind::array) && !content.is(JsonView::Kind::object)) return std::nullopt;
  auto fault = validate_json(content.raw(), kDataLimits);
  return fault ? std::optional(bad_request("the message: " + *fault)) : std::nullopt;
}

}  // namespace chat
