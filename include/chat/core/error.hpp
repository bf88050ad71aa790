#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "chat/base/clock.hpp"

namespace chat {

/// Why a request was refused. The wire shows the text of each; see kErrorTable in error.cpp.
enum class ErrorCode : std::uint8_t {
  bad_request,
  unknown_type,
  bad_room,
  not_joined,
  too_many_rooms,
  too_large,
  rate_limited,
  busy,
  unavailable,
  out_of_sequence,
  not_found,
  unauthorized,
  forbidden,
  timed_out,
  refused,
  internal,
};

/// The stable text of a code, as clients see it.
std::string_view to_text(ErrorCode code);
/// Whether the same request may succeed later.
bool is_temporary(ErrorCode code);

/// One refusal: the code, a sentence for people, and the values that belong to the code.
struct Failure {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  Milliseconds retry_after{0};  // for temporary codes; 0 = not told
  std::uint64_t last = 0;       // for out_of_sequence: the last seq that was accepted
};

/// A value, or why there is none.
template <class Value>
using Result = boost::system::result<Value, Failure>;

/// Called once with the outcome of an asynchronous operation, on the loop it was started on.
template <class Value>
using Completion = std::function<void(Result<Value>)>;

[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& where);

}  // namespace chat
