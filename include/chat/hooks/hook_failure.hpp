#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace chat {

/// Why a call of a hook has no usable answer.
struct HookFailure {
  enum class Kind : std::uint8_t {
    timeout,
    connection,  // not resolved, refused, reset, TLS
    status,      // another status than 200; for an asynchronous hook, than 2xx
    answer,      // malformed, too large, or not as documented
    overloaded,  // too many calls wait, or this one waited too long: it was not made
    suspended,   // the breaker is open: it was not made
  };
  static constexpr std::size_t kKinds = 6;

  Kind kind = Kind::connection;
  std::string why;      // a sentence
  unsigned status = 0;  // of Kind::status

  /// Whether the application wants to be asked later: 408, 425, 429.
  bool is_later() const { return kind == Kind::status && (status == 408 || status == 425 || status == 429); }
  /// Whether the application refused this very request, so that a repetition fails, too: 4xx, but not those that a
  /// wrong secret or path brings (401, 403, 404, 405, 407), which are answered to each request.
  bool is_final() const {
    const bool is_of_all = (status == 401 || (status >= 403 && status <= 405) || status == 407);
    return kind == Kind::status && status >= 400 && status < 500 && !is_of_all && !is_later();
  }
};

}  // namespace chat
