#include "backplane/redis/redis_rooms.hpp"

#include <boost/asio/post.hpp>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"
#include "chat/core/names.hpp"

namespace chat::redis {
namespace {

constexpr std::size_t kKeysAScan = 1000;
constexpr int kMaxScans = 20;  // for one page, and those that are repeated with fewer keys

/// The cursor of SCAN; nullopt: it is none. Redis uses all 64 bits.
std::optional<std::uint64_t> parse_cursor(std::string_view text) {
  std::uint64_t cursor = 0;
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, cursor);
  if (error != std::errc{} || after != end) return std::nullopt;
  return cursor;
}

}  // namespace

struct RedisRooms::Listing {
  std::string prefix;
  std::size_t limit;
  Completion<RoomPage> done;
  std::uint64_t cursor = 0;                           // of the scan under way
  std::string after;                                  // the names up to this one of that scan have been told
  std::size_t keys = after.empty() ? kKeysAScan : 1;  // to look at in one scan
  int scans = 0;
  RoomPage page{};
  std::uint64_t next = 0;                  // of the following scan; 0: there is none
  std::set<std::string> names{};           // of the scan under way
  std::set<std::string> told{};            // in this page
  std::vector<std::string> only_people{};  // rooms that may have no log
  std::optional<Failure> failure{};
};

void RedisRooms::list(std::string prefix, std::string cursor, std::size_t limit, Completion<RoomPage> done) {
  const auto slash = cursor.find('/');
  const auto begin = cursor.empty() ? std::uint64_t{0} : parse_cursor(std::string_view(cursor).substr(0, slash));
  std::string after = slash == std::string::npos ? "" : cursor.substr(slash + 1);
  const bool is_cursor = begin && (cursor.empty() || slash != std::string::npos) && is_prefix(after);
  if (!is_prefix(prefix) || !is_cursor) {
    boost::asio::post(backplane_.loop(), [done = std::move(done), is_cursor] {
      done(Failure{ErrorCode::bad_request, is_cursor ? "no room's name begins like that" : "there is no such page"});
    });
    return;
  }
  scan(std::make_shared<Listing>(Listing{std::move(prefix), limit, std::move(done), *begin, std::move(after)}));
}

void RedisRooms::scan(const std::shared_ptr<Listing>& listing) {
  ++listing->scans;
  const std::string cursor = std::to_string(listing->cursor);
  const std::string pattern = backplane_.keys().room(listing->prefix + '*', "[lp]*");
  backplane_.commands().send({"SCAN", cursor, "MATCH", pattern, "COUNT", std::to_string(listing->keys)},
                             [this, listing](const Reply::Part* reply) { on_scanned(listing, reply); });
}

void RedisRooms::on_scanned(const std::shared_ptr<Listing>& listing, const Reply::Part* reply) {
  if (reply != nullptr && reply->is_error() && reply->text().starts_with("NOPERM")) {
    return listing->done(unreachable("Redis does not permit SCAN: give its user the rights of deploy/redis.acl"));
  }
  if (reply == nullptr || reply->size() != 2) return listing->done(request_refused("rooms", reply));
  const auto cursor = reply->first(), keys = cursor.next();
  const auto next = parse_cursor(cursor.text());
  if (!next || !keys.is_array()) return listing->done(request_refused("rooms", reply));
  listing->next = *next;
  auto key = keys.first();
  for (std::size_t i = 0; i < keys.size(); ++i, key = key.next()) {
    for (const auto part : {kLog, kPeople}) {
      const std::string room(backplane_.keys().room_of_key(key.text(), part));
      if (!is_room_name(room) || !room.starts_with(listing->prefix) || room <= listing->after) continue;
      part == kLog ? void(listing->names.insert(room)) : listing->only_people.push_back(room);
    }
  }
  look_for_logs(listing);
}

/// A page that ends where a scan ends loses no name when Redis moves its keys to a larger or smaller table meanwhile.
/// So it ends between two names only if a scan of the fewest keys gives more names than a page may have.
bool RedisRooms::scan_less(const std::shared_ptr<Listing>& listing) {
  if (listing->page.names.empty() && listing->keys == 1) return false;
  listing->names.clear();
  if (listing->page.names.empty()) {
    listing->keys /= 2;
    scan(listing);
  } else {
    listing->page.next = std::to_string(listing->cursor) + '/';
    listing->done(std::move(listing->page));
  }
  return true;
}

/// A room with a log is told at its log, however far that is from its people in the keyspace.
void RedisRooms::look_for_logs(const std::shared_ptr<Listing>& listing) {
  if (listing->only_people.empty()) return take(listing);
  const auto left = std::make_shared<std::size_t>(listing->only_people.size());
  for (auto& room : std::exchange(listing->only_people, {})) {
    const std::string log = backplane_.keys().room(room, kLog);
    backplane_.commands().send({"PTTL", log}, [this, listing, left, room = std::move(room)](const Reply::Part* reply) {
      constexpr std::int64_t kNoKey = -2;
      const bool is_answer = reply != nullptr && reply->type() == Reply::Type::integer;
      if (!is_answer) listing->failure = request_refused("rooms", reply);
      if (is_answer && reply->integer() == kNoKey) listing->names.insert(room);
      if (--*left == 0) take(listing);
    });
  }
}

void RedisRooms::take(const std::shared_ptr<Listing>& listing) {
  if (listing->failure) return listing->done(*listing->failure);
  auto& page = listing->page;
  if (page.names.size() + listing->names.size() > listing->limit && scan_less(listing)) return;
  for (const auto& name : std::exchange(listing->names, {})) {
    if (page.names.size() == listing->limit) {
      page.next = std::to_string(listing->cursor) + '/' + page.names.back();
      return listing->done(std::move(page));
    }
    if (listing->told.insert(name).second) page.names.push_back(name);
  }
  const bool is_last = listing->next == 0;
  listing->cursor = listing->next;
  listing->after.clear();
  if (!is_last && page.names.size() < listing->limit && listing->scans < kMaxScans) return scan(listing);
  if (!is_last) page.next = std::to_string(listing->cursor) + '/';
  listing->done(std::move(page));
}

}  // namespace chat::redis
