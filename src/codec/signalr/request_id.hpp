#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "chat/core/command.hpp"

/// A request's id in SignalR: how it is to be answered, as one letter, and the client's invocationId behind it.
namespace chat {

enum class ReplyKind : char {
  push = 0,          // no id
  completion = 'i',  // of an invocation
  stream = 's',      // items, then a completion
  upload = 'u',      // a part of an invocation that goes on: only its failure is told
  handshake = 'h',   // see kHandshakeId
};

inline RequestId request_id(const nlohmann::json& invocation_id, bool wants_stream) {
  if (!invocation_id.is_string()) return {};
  return (wants_stream ? 's' : 'i') + invocation_id.get_ref<const std::string&>();
}

inline RequestId upload_id(const RequestId& id) { return id.empty() ? id : 'u' + id.substr(1); }

inline ReplyKind reply_kind(const RequestId& id) { return id.empty() ? ReplyKind::push : ReplyKind(id.front()); }

inline std::string_view invocation_id(const RequestId& id) { return std::string_view(id).substr(1); }

}  // namespace chat
