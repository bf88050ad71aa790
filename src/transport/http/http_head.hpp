#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chat {

/// Bytes of a request's head: tokens of large organisations take 16 KiB and more. Above it: 431.
inline constexpr std::uint32_t kHeadBytes = 32 * 1024;

/// Fields of a request's head: each costs more than its bytes. Above it: 431.
inline constexpr std::size_t kHeadFields = 128;

/// The state of a request's head before it is parsed.
struct HttpHead {
  enum class Kind : std::uint8_t { unfinished, whole, ambiguous, too_long };
  Kind kind = Kind::unfinished;
  std::size_t size = 0;  // of a whole head, with the blank line that ends it
};

/// Checks the first bytes of a request, also of a head that is still on its way. A line that ends without CR, or that
/// continues in the next line, is ambiguous: two readers may split it differently, and that is how requests are
/// smuggled (RFC 9112 §2.2, §5.2).
HttpHead check_head(std::string_view bytes);

/// The one Origin in bytes that begin with a head, whole or not; empty: there is none.
std::string_view origin_in_head(std::string_view bytes);

using HttpParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

/// Sets the limits of every request: kHeadBytes of head, limits::kHttpBodyBytes of body.
void set_limits(HttpParser& parser);

/// Whether the head announces a body. An upgrade must not have one.
bool announces_body(const HttpParser& parser);

}  // namespace chat
