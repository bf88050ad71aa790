#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/base/thread_check.hpp"
#include "chat/rooms/mail.hpp"
#include "chat/sessions/shard/local_rooms.hpp"

namespace chat {

class BatchWriter;
class RoomMailbox;
class Session;

/// The sessions of a shard with something to send. At the end of a turn each is flushed once. Thread: the shard.
/// Owner: Shard.
class FlushList {
 public:
  FlushList(std::uint32_t shard, ThreadCheck& thread, boost::asio::io_context& context, RoomMailbox& rooms,
            const LocalRooms& local_rooms, const Clock& clock);

  void mark(Session& session);
  void forget(Session& session);
  /// The messages leave with the next flush; the rooms are told when.
  void trace_messages(const to_shard::ToRoom& mail);
  void write_through(BatchWriter& writer) { writer_ = &writer; }

 private:
  void flush_after(int hops);
  void flush();
  void tell_written();

  std::uint32_t shard_;
  ThreadCheck& thread_;
  boost::asio::io_context& context_;
  RoomMailbox& rooms_;
  const LocalRooms& local_rooms_;
  const Clock& clock_;
  std::vector<Session*> sessions_;
  std::vector<WrittenBatch> traced_;
  BatchWriter* writer_ = nullptr;
};

}  // namespace chat
