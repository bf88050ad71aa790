#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "backplane/redis/keys.hpp"
#include "backplane/redis/link.hpp"
#include "chat/backplane/backplane.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::redis {

/// Reads pages of the logs, a few at a time: a page may have megabytes, which Redis builds as soon as it is asked, so
/// its memory must bear all pages asked at once. The others wait in their order. Errors: unavailable; busy, if too many
/// wait. Thread: the backplane loop.
class HistoryReader {
 public:
  static constexpr std::size_t kAtOnce = 4;
  static constexpr std::size_t kMaxWaiting = 4096;

  HistoryReader(boost::asio::io_context& loop, Link& commands, const Keys& keys)
      : loop_(loop), commands_(commands), keys_(keys) {}

  void read(std::string room, HistoryQuery query, Completion<std::vector<Message>> done);
  void stop() { waiting_.clear(); }

 private:
  struct Read {
    std::string room;
    HistoryQuery query;
    Completion<std::vector<Message>> done;
  };
  void begin(Read read);
  void on_reply(const Read& read, const Reply::Part* reply);

  [[no_unique_address]] ThreadCheck thread_;
  boost::asio::io_context& loop_;
  Link& commands_;
  const Keys& keys_;
  std::size_t under_way_ = 0;
  std::deque<Read> waiting_;
};

}  // namespace chat::redis
