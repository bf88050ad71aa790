#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "chat/core/error.hpp"

namespace chat {

/// A part of the list of rooms.
struct RoomPage {
  std::vector<std::string> names;
  std::string next;  // the cursor of the next page; empty: this page is the last
};

/// The names of the rooms of a cluster: those with stored messages or with members, on any node.
/// Thread: the backplane loop; no completion is called before its method returns.
/// Errors: unavailable; bad_request (a prefix that begins no room's name, a cursor that list() has not given).
class RoomDirectory {
 public:
  static constexpr std::size_t kMaxPage = 1000;

  virtual ~RoomDirectory() = default;
  /// At most `limit` (1 to kMaxPage) names that begin with `prefix`, in any order; an empty `cursor` begins the list. A
  /// page costs the store a bounded amount of work, so it may have fewer names, or none, and still have a next page. A
  /// room that exists all the time is in one of the pages, if `limit` is ten or more. A room that comes or goes
  /// meanwhile may be missing, and any room may be there twice.
  virtual void list(std::string prefix, std::string cursor, std::size_t limit, Completion<RoomPage> done) = 0;

  /// Whether a room's name may begin with `prefix`; so may one with an empty prefix.
  static bool is_prefix(const std::string& prefix);
};

}  // namespace chat
