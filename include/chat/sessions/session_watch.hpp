#pragma once

#include <string>
#include <string_view>

#include "chat/core/names.hpp"

namespace chat {

/// Hears of the sessions of a node. Each that began ends, and begins again if its user becomes another one. Thread:
/// every shard's.
class SessionWatch {
 public:
  virtual void on_begun(std::string session, User user) = 0;
  /// `reason`: a literal.
  virtual void on_ended(std::string session, std::string_view reason) = 0;

 protected:
  ~SessionWatch() = default;
};

}  // namespace chat
