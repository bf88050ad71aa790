#include "chat/sessions/shard/flush_list.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "chat/base/trace.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/transport.hpp"

namespace chat {
namespace {

// A request goes to the rooms and the answer comes back, each in the mail: written after that, welcome and
// joined, or an acknowledgement and the message itself, leave together.
constexpr int kHops = 2;

}  // namespace

FlushList::FlushList(std::uint32_t shard, ThreadCheck& thread, boost::asio::io_context& context, RoomMailbox& rooms,
                     const LocalRooms& local_rooms, const Clock& clock)
    : shard_(shard), thread_(thread), context_(context), rooms_(rooms), local_rooms_(local_rooms), clock_(clock) {}

void FlushList::mark(Session& session) {
  if (std::exchange(session.dirty_, true)) return;
  if (sessions_.empty()) flush_after(kHops);
  sessions_.push_back(&session);
}

void FlushList::forget(Session& session) {
  if (session.dirty_) std::erase(sessions_, &session);
}

void FlushList::flush_after(int hops) {
  boost::asio::post(context_, [this, hops] { hops > 0 ? flush_after(hops - 1) : flush(); });
}

void FlushList::flush() {
  thread_.in();
  if (is_traced(Hop::flushed)) trace(Hop::flushed, {{"shard", shard_}, {"sessions", sessions_.size()}});
  if (writer_ != nullptr) writer_->begin_batch(sessions_.size());
  // A flush may end a session and so take another out of the list, but never adds one.
  while (!sessions_.empty()) {
    Session* session = sessions_.back();
    sessions_.pop_back();
    session->dirty_ = false;
    if (!session->corked_) session->transport_.flush(session->outbox_);
  }
  if (writer_ != nullptr) writer_->end_batch();
  if (!traced_.empty()) [[unlikely]]
    tell_written();
}

void FlushList::trace_messages(const to_shard::ToRoom& mail) {
  const Offset last = mail.last.offset;
  traced_.push_back({mail.room, last + 1 - std::min<Offset>(last, mail.messages), last});
  if (sessions_.empty()) flush_after(kHops);
}

void FlushList::tell_written() {
  for (auto& batch : traced_) {
    batch.at = clock_.unix_us();
    if (const LocalRoom* const room = local_rooms_.find(batch.room)) {
      const auto& members = room->members;
      batch.sockets = members.size();
      batch.laggards = static_cast<std::size_t>(
          std::count_if(members.begin(), members.end(), [](Session* member) { return !member->outbox().empty(); }));
    }
    rooms_.post(std::move(batch));
  }
  traced_.clear();
}

}  // namespace chat
