#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chat::redis {

/// The reason why a server is of no use, and the remedy for its operator.
struct Unusable {
  std::string why;
  std::string remedy;
};

/// From INFO server: nothing if the server will do.
std::optional<Unusable> judge_info(std::string_view info);
/// From an error: nothing if it may pass by itself.
std::optional<Unusable> judge_error(std::string_view error);

/// The value of a field of INFO; empty if there is none.
std::string_view info_field(std::string_view info, std::string_view field);

}  // namespace chat::redis
