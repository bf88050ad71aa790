#include "backplane/postgres/postgres_rooms.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "backplane/postgres/statements.hpp"
#include "chat/core/names.hpp"

namespace chat::postgres {

/// One name more than the page takes tells that there is a next page.
void PostgresRooms::list(std::string prefix, std::string cursor, std::size_t limit, Completion<RoomPage> done) {
  const bool is_cursor = cursor.empty() || is_room_name(cursor);
  if (!is_prefix(prefix) || !is_cursor) {
    boost::asio::post(backplane_.loop(), [done = std::move(done), is_cursor] {
      done(Failure{ErrorCode::bad_request, is_cursor ? "no room's name begins like that" : "there is no such page"});
    });
    return;
  }
  Params params;
  params.text(prefix).text(cursor).number(limit + 1);
  backplane_.commands().send(statements::kRooms, std::move(params),
                             [limit, done = std::move(done)](const Reply* reply) {
                               if (has_failed(reply))
                                 return done(Failure{ErrorCode::unavailable, refused("rooms", reply).message});
                               RoomPage page;
                               for (std::size_t row = 0; row < reply->rows() && row < limit; ++row) {
                                 const auto name = reply->text(row, 0);
                                 if (is_room_name(name)) {
                                   page.names.emplace_back(name);
                                 } else {
                                   log_junk(JunkIn::key, "room", name);
                                 }
                               }
                               if (reply->rows() > limit && !page.names.empty()) page.next = page.names.back();
                               done(std::move(page));
                             });
}

}  // namespace chat::postgres
