#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chat::postgres {

/// The parameters of a statement in PostgreSQL's binary form, in their order. Each must be of the very type that the
/// statement takes. Pure.
class Params {
 public:
  /// A text or a bytea.
  Params& text(std::string_view value);
  /// A bigint.
  Params& number(std::uint64_t value);
  /// A text[], a bytea[] and a bigint[], without nulls.
  Params& texts(std::span<const std::string_view> values);
  Params& byteas(std::span<const std::string_view> values);
  Params& numbers(std::span<const std::uint64_t> values);

  const std::vector<std::string>& values() const { return values_; }

 private:
  std::vector<std::string> values_;
};

}  // namespace chat::postgres
