#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <variant>
#include <vector>

#include "chat/core/error.hpp"
#include "protocols/signalr/codec.hpp"
#include "protocols/signalr/hub_message.hpp"

namespace chat {

/// The requests that the decoder of this codec reads in `payload`.
inline std::vector<HubRequest> decode(const Codec& codec, std::string_view payload) {
  std::vector<HubRequest> requests;
  (codec.is_binary() ? decode_hub_msgpack : decode_hub_json)(payload, default_profile(), requests);
  return requests;
}

/// The code of the failure that answers the request.
inline ErrorCode code_of(const HubRequest& request) {
  const auto* failure = std::get_if<Failure>(&request.command);
  EXPECT_NE(failure, nullptr);
  return failure == nullptr ? ErrorCode::internal : failure->code;
}

}  // namespace chat
