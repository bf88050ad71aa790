#pragma once

#include <cstddef>
#include <cstdint>

/// Every size limit of the protocol that is not a setting, with its unit and reason.
namespace chat::limits {

/// The help texts of the counters of slow readers and of refusals.
inline constexpr const char* kSlowHelp = "Clients that read slower than their rooms: hints dropped, sessions closed";
inline constexpr const char* kRefusedHelp = "Messages, requests and connections that a limit has refused";

/// Bytes of one message's text: a long paragraph. Above it: error `too_large`.
inline constexpr std::size_t kTextBytes = 4096;
/// Bytes of a message as it is stored, in JSON: control characters take six times their place there. Above it: error
/// `too_large`.
inline constexpr std::size_t kStoredBytes = 17 * 1024;
/// Bytes of one WebSocket message from a client: several commands, or one with `data`. Above it: close 1009.
inline constexpr std::size_t kClientMessageBytes = 16 * 1024;
/// Fragments of one WebSocket message: 16 KiB need no more. Above it: close 1008.
inline constexpr std::size_t kFragments = 64;
/// Nesting of JSON from a client: `data` may be structured, not a puzzle.
inline constexpr std::size_t kJsonDepth = 8;
/// Members of all objects in one JSON text from a client.
inline constexpr std::size_t kJsonMembers = 512;
/// Bytes of the body of one HTTP request. Above it: 413.
inline constexpr std::size_t kHttpBodyBytes = 256 * 1024;
/// Commands in one frame.
inline constexpr std::size_t kCommandsPerFrame = 64;
/// Bytes of a stored body: a message of a client with every character escaped, and the additions of a node. A longer
/// one is junk.
inline constexpr std::size_t kBodyBytes = 128 * 1024;
/// Bytes of the name of a group, UTF-8, in protocols where a room's name may be any text.
inline constexpr std::size_t kGroupNameBytes = 128;
/// Characters of a room's name, unless it stands for a group.
inline constexpr std::size_t kRoomNameBytes = 64;
/// Bytes of a person's name, UTF-8.
inline constexpr std::size_t kUserNameBytes = 64;
/// Characters of a request id given as text.
inline constexpr std::size_t kRequestIdBytes = 64;
/// Bytes of the name of a method of the application.
inline constexpr std::size_t kMethodBytes = 128;
/// Bytes of the token of the next page of a streamed result, which the application chooses.
inline constexpr std::size_t kPageTokenBytes = 256;
/// Bytes of the words with which a client refuses a question of the application.
inline constexpr std::size_t kAskErrorBytes = 512;
/// Bytes of the reason of a moderator.
inline constexpr std::size_t kReasonBytes = 200;
/// Bytes of a token.
inline constexpr std::size_t kTokenBytes = 8 * 1024;
/// Characters of `identity_secret` and `producer`: 128 random bits in hexadecimal are 32.
inline constexpr std::size_t kSecretBytes = 64;
/// Bytes of a client's own mark on a message, with which it is stored once.
inline constexpr std::size_t kMessageKeyBytes = 64;
/// Rooms one session may be in.
inline constexpr std::size_t kRoomsPerSession = 100;
/// Requests of one session that may wait until the joins before them are answered. Above it: error `busy`.
inline constexpr std::size_t kPostponedRequests = 256;
/// Nodes that a client is shown.
inline constexpr std::size_t kNodesSeen = 100;
/// Messages in one page of history, and in a join without a cursor.
inline constexpr std::uint32_t kPageMessages = 200;
inline constexpr std::uint32_t kDefaultPageMessages = 50;
/// Messages in one page of a replay: at their longest well below the bytes that may wait for one client.
inline constexpr std::uint32_t kReplayMessages = 100;
/// People listed by name; above it clients get only their number.
inline constexpr std::size_t kPeopleListed = 100;
/// Bytes that may wait for one client: a client this far behind reads slower than its rooms talk.
inline constexpr std::size_t kOutboxBytes = 1024 * 1024;

}  // namespace chat::limits
