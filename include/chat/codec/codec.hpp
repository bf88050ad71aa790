#pragma once

#include <string>
#include <string_view>

#include "chat/core/close.hpp"
#include "chat/core/command.hpp"
#include "chat/core/event.hpp"

namespace chat {

/// How a protocol writes events; its Dialogue (chat/sessions/dialogue.hpp) reads requests. Pure functions, no I/O.
/// Thread: stateless, shared by all.
class Codec {
 public:
  virtual ~Codec() = default;
  /// As clients ask for it, if they do.
  virtual std::string_view name() const = 0;
  virtual bool is_binary() const = 0;
  /// Whether clients may send binary messages.
  virtual bool takes_binary() const { return is_binary(); }
  /// Appends `event`, as the reply to `id` (empty: a push), to `out`; nothing where the protocol has no word for it.
  virtual void encode(const RequestId& id, const Event& event, std::string& out) const = 0;
  /// Appends the protocol's own words before the end; the transport has its own.
  virtual void encode_goodbye(CloseReason, std::string&) const {}
};

}  // namespace chat
