#include "rooms/log_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace chat {

/// If the store ends below the published messages at two reads, it has lost them, or they were forged. The reader then
/// gets the messages that the store has.
void LogReader::read(Room& room, HistoryQuery query, Found found, bool is_retry) {
  fan_out_.publish(room);
  // The node may remember more than the room keeps.
  const Offset last = room.log.last().offset;
  const Offset kept = room.settings.history_size;
  if (kept > 0 && last > kept) query.after = std::max(query.after, last - kept);
  if (auto messages = room.log.recent().page(query.after, query.before, query.limit, query.newest)) {
    return tell(room, query, std::move(*messages), found);
  }
  backplane_.history(room.name, query,
                     rooms_.for_room<Messages>(room, [this, query, found = std::move(found), asked = room.log.ask(),
                                                      is_retry](Room& r, Result<Messages>& messages) {
                       fan_out_.publish(r);
                       if (!messages) return found(r, messages);
                       if (!join_published(r, query, *messages)) {
                         const bool falls_short = messages->back().offset < asked.delivered.offset;
                         if (!falls_short || !is_retry) return read(r, query, found, falls_short);
                         repair_.compare_soon(r);
                       }
                       tell(r, query, std::move(*messages), found);
                     }));
}

/// Without the messages that are too old for the room, which are the first: as if the store had trimmed them. Where
/// nothing is left of a page from the oldest on, newer messages may follow.
void LogReader::tell(Room& room, HistoryQuery query, Messages messages, const Found& found) {
  const Milliseconds kept = room.settings.history_age;
  const UnixMs oldest = kept > Milliseconds{0} ? clock_.unix_ms() - kept.count() : 0;
  const auto is_kept = [oldest](const Message& message) { return time_of(message.body.view()) >= oldest; };
  const auto first = oldest > 0 ? std::find_if(messages.begin(), messages.end(), is_kept) : messages.begin();
  const bool is_cut = !query.newest && query.limit > 0 && messages.size() >= query.limit;
  if (first == messages.end() && is_cut) {
    query.after = messages.back().offset;
    return read(room, query, found);
  }
  messages.erase(messages.begin(), first);
  found(room, std::move(messages));
}

/// Makes `messages` end at the last published message, which may have changed during the read. Returns false if the
/// recent messages do not begin there any more.
bool LogReader::join_published(Room& room, const HistoryQuery& query, Messages& messages) {
  const Offset last = room.log.last().offset;
  std::erase_if(messages, [last](const Message& message) { return message.offset > last; });
  const bool is_cut = !query.newest && messages.size() >= query.limit;
  if (messages.empty() || is_cut || query.before <= last) return true;
  const auto rest =
      room.log.recent().page(messages.back().offset, kEnd, std::numeric_limits<std::uint32_t>::max(), false);
  if (!rest) return false;
  messages.insert(messages.end(), rest->begin(), rest->end());
  room.log.add_older(messages);
  return true;
}

void LogReader::read_page(Room& room, const ReadHistory& request, Completion<Page> done) {
  const Offset end = room.log.last().offset + 1;
  const Offset before = std::min(request.before.value_or(end), end);
  const bool upwards = request.after.has_value();
  const HistoryQuery query{request.after.value_or(0), before, request.limit, !upwards};
  read(room, query, [done = std::move(done), query, upwards](Room& r, const Result<Messages>& found) {
    if (!found) return done(found.error());
    const Offset last = r.log.last().offset;
    const Offset first = found->empty() ? std::min(query.before, last + 1) : found->front().offset;
    if (query.limit == 0) return done(Page{r.name, r.log.last().epoch, {}, upwards ? query.after < last : first > 1});
    const bool is_start = upwards ? first > query.after + 1 : found->size() < query.limit && first > 1;
    const bool more = !found->empty() && (upwards ? found->back().offset < last : first > 1 && !is_start);
    done(Page{r.name, r.log.last().epoch, *found, more, is_start ? first : 0});
  });
}

}  // namespace chat
