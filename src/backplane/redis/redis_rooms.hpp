#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "backplane/redis/redis_backplane.hpp"
#include "chat/backplane/room_directory.hpp"

namespace chat::redis {

/// The rooms by their keys in Redis: a `log`, or `people` without a log. There is no index that each append would have
/// to keep; SCAN walks the keyspace instead. A cursor is "<cursor of SCAN>/<last name>": a reply of SCAN cannot be
/// bounded, so its names are sorted, and a page may end between two of them. Thread: the backplane loop.
class RedisRooms final : public RoomDirectory {
 public:
  explicit RedisRooms(RedisBackplane& backplane) : backplane_(backplane) {}
  void list(std::string prefix, std::string cursor, std::size_t limit, Completion<RoomPage> done) override;

 private:
  struct Listing;
  void scan(const std::shared_ptr<Listing>& listing);
  void on_scanned(const std::shared_ptr<Listing>& listing, const Reply::Part* reply);
  void look_for_logs(const std::shared_ptr<Listing>& listing);
  bool scan_less(const std::shared_ptr<Listing>& listing);
  void take(const std::shared_ptr<Listing>& listing);

  RedisBackplane& backplane_;
};

}  // namespace chat::redis
