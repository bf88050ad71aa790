#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chat {

/// Appends hub messages of one encoding. Arguments, results and items are given as JSON texts.
class HubWriter {
 public:
  virtual ~HubWriter() = default;
  /// With an id the client answers with a completion.
  virtual void invocation(std::string& out, std::string_view target, std::string_view arguments,
                          std::string_view id = {}) const = 0;
  virtual void item(std::string& out, std::string_view id, std::string_view item) const = 0;
  /// Without a result: void.
  virtual void completion(std::string& out, std::string_view id, std::string_view result) const = 0;
  virtual void refusal(std::string& out, std::string_view id, std::string_view error) const = 0;
  virtual void ping(std::string& out) const = 0;
  /// Without an error: as planned.
  virtual void close(std::string& out, std::string_view error, bool may_return) const = 0;
  virtual void ack(std::string& out, std::uint64_t last) const = 0;
  virtual void sequence(std::string& out, std::uint64_t next) const = 0;
};

const HubWriter& json_hub_writer();
const HubWriter& msgpack_hub_writer();

}  // namespace chat
