#pragma once

#include <optional>
#include <string_view>

#include "backplane/junk.hpp"
#include "backplane/redis/reply.hpp"
#include "chat/core/error.hpp"
#include "chat/core/position.hpp"

/// Any program that reaches Redis can write to our keys and channels, so a node reads data from there strictly: it
/// drops a value that is not exactly as a node writes it.
namespace chat::redis {

/// 0 to kLastOffset in decimal digits.
std::optional<Offset> parse_offset(std::string_view digits);
/// An integer, or a text of digits.
std::optional<Offset> offset_of(const Reply::Part& part);
/// "0-<offset>", the id of an entry of a log.
std::optional<Offset> parse_entry_id(std::string_view id);

/// The error for a client when Redis does not answer, or refuses for now. `why` is a text of ours.
Failure unavailable(std::string_view why);
/// The same for a reply that is missing (nullptr), an error, or of an unexpected shape. Redis's own text goes to the
/// log, once a minute for each `what`: clients must not read it.
Failure refused(std::string_view what, const Reply::Part* reply);
/// The same two for requests that store no message: their callers choose the pause.
Failure unreachable(std::string_view why);
Failure request_refused(std::string_view what, const Reply::Part* reply);

}  // namespace chat::redis
