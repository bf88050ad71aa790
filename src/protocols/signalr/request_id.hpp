#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat/codec/json/json_view.hpp"
#include "chat/core/command.hpp"

/// A request's id in SignalR: how it is to be answered, as one letter, and the client's invocationId behind it.
namespace chat {

enum class ReplyKind : char {
  push = 0,          // no id
  completion = 'i',  // of an invocation
  stream = 's',      // items, then a completion
  upload = 'u',      // a part of an invocation that goes on, see is_upload_part()
  handshake = 'h',   // see kHandshakeId
};

inline RequestId request_id(const std::optional<JsonView>& invocation_id, bool wants_stream) {
  if (!invocation_id || !invocation_id->is(JsonView::Kind::text) || invocation_id->raw() == R"("")") return {};
  return (wants_stream ? 's' : 'i') + invocation_id->text();
}

inline RequestId upload_id(const RequestId& id) { return id.empty() ? id : 'u' + id.substr(1); }

inline ReplyKind reply_kind(const RequestId& id) { return id.empty() ? ReplyKind::push : ReplyKind(id.front()); }

inline std::string_view invocation_id(const RequestId& id) { return std::string_view(id).substr(1); }

}  // namespace chat
