#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/core/close.hpp"
#include "chat/core/command.hpp"
#include "chat/core/event.hpp"

namespace chat {

/// A wire protocol: bytes of one client message ↔ Requests and Events. Pure functions, no I/O.
/// Thread: stateless, shared by all.
class Codec {
 public:
  virtual ~Codec() = default;
  /// chat.v1's: as clients ask for it in Sec-WebSocket-Protocol.
  virtual std::string_view name() const = 0;
  virtual bool is_binary() const = 0;
  /// Whether clients may send binary messages.
  virtual bool takes_binary() const { return is_binary(); }
  /// Appends `event`, as the reply to `id` (empty: a push), to `out`; nothing where the protocol has no word for it.
  virtual void encode(const RequestId& id, const Event& event, std::string& out) const = 0;
  /// Appends the requests in `payload` to `out`; what cannot be understood becomes a Failure with the id, if it had
  /// one.
  virtual void decode(std::string_view payload, std::vector<Request>& out) const = 0;
  /// Appends what is said before the end, beside what the transport says.
  virtual void encode_goodbye(CloseReason, std::string&) const {}
};

/// chat.v1 in JSON text.
const Codec& json_codec();

}  // namespace chat
