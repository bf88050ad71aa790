#include "chat/core/error.hpp"

#include <array>
#include <stdexcept>

namespace chat {
namespace {

struct Row {
  ErrorCode code;
  std::string_view text;
  bool temporary;
};

constexpr std::array kErrorTable{
    Row{ErrorCode::bad_request, "bad_request", false},
    Row{ErrorCode::unknown_type, "unknown_type", false},
    Row{ErrorCode::bad_room, "bad_room", false},
    Row{ErrorCode::not_joined, "not_joined", false},
    Row{ErrorCode::too_many_rooms, "too_many_rooms", false},
    Row{ErrorCode::too_large, "too_large", false},
    Row{ErrorCode::rate_limited, "rate_limited", true},
    Row{ErrorCode::busy, "busy", true},
    Row{ErrorCode::unavailable, "unavailable", true},
    Row{ErrorCode::out_of_sequence, "out_of_sequence", false},
    Row{ErrorCode::not_found, "not_found", false},
    Row{ErrorCode::unauthorized, "unauthorized", false},
    Row{ErrorCode::forbidden, "forbidden", false},
    Row{ErrorCode::timed_out, "timed_out", true},
    Row{ErrorCode::refused, "refused", false},
    Row{ErrorCode::internal, "internal", true},
};

constexpr const Row& row(ErrorCode code) { return kErrorTable[static_cast<std::size_t>(code)]; }

constexpr bool in_order() {
  for (std::size_t i = 0; i < kErrorTable.size(); ++i) {
    if (static_cast<std::size_t>(kErrorTable[i].code) != i) return false;
  }
  return true;
}
static_assert(in_order(), "kErrorTable must list the codes in their order");

}  // namespace

std::string_view to_text(ErrorCode code) { return row(code).text; }
bool is_temporary(ErrorCode code) { return row(code).temporary; }

void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
  throw std::runtime_error(std::string(to_text(failure.code)) + ": " + failure.message);
}

}  // namespace chat
