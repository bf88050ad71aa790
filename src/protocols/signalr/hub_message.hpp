#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/codec/json/json_check.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/protocols/hub_profile.hpp"
#include "protocols/signalr/limits.hpp"
#include "protocols/signalr/request.hpp"

namespace chat {

/// Types of hub messages (HubProtocol.md).
enum class HubType : std::uint8_t {
  invocation = 1,
  stream_item = 2,
  completion = 3,
  stream_invocation = 4,
  cancel_invocation = 5,
  ping = 6,
  close = 7,
  ack = 8,
  sequence = 9,
};

inline bool is_hub_type(std::uint64_t number) { return number >= 1 && number <= 9; }

/// One message of a client's as JSON, whichever encoding it came in. What its type does not have is not there, and what
/// should be a text or a number may be anything.
struct HubMessage {
  HubType type{};
  std::optional<JsonView> id{};         // text
  std::optional<JsonView> target{};     // text
  std::optional<JsonView> arguments{};  // array
  std::optional<JsonView> streams{};    // array of texts
  std::optional<JsonView> item{};
  std::optional<JsonView> sequence{};  // number
  std::optional<JsonView> error{};     // text
  std::optional<JsonView> result{};
  std::optional<Failure> fault{};  // why only type and id may be used
};

/// Members as many as there is room for.
inline constexpr JsonLimits kHubLimits{limits::kHubJsonDepth, limits::kHubMessageBytes};

/// 0x1E, the end of a record of JSON.
inline constexpr char kRecordEnd = '\x1e';

/// Appends what a message asks for in the names of `profile`: one request for each that is counted (Invocation to
/// CancelInvocation), good or bad; none for a ping.
void append_request(const HubMessage& message, const HubProfile& profile, std::vector<HubRequest>& out);

/// What has no type: whom to answer is not known.
HubRequest unreadable(std::string why);

void decode_hub_json(std::string_view payload, const HubProfile& profile, std::vector<HubRequest>& out);
void decode_hub_msgpack(std::string_view payload, const HubProfile& profile, std::vector<HubRequest>& out);

/// The first message in `bytes`, without its end mark or its length, which is taken off; nothing: it is not whole. What
/// cannot be the length of a message makes an empty message of all there is.
std::optional<std::string_view> take_hub_json(std::string_view& bytes);
std::optional<std::string_view> take_hub_msgpack(std::string_view& bytes);

}  // namespace chat
