#include "backplane/postgres/room_feed.hpp"

#include <algorithm>
#include <utility>

#include "backplane/postgres/statements.hpp"

namespace chat::postgres {
namespace {

constexpr Milliseconds kAgainWhenFull{5};

std::vector<std::string> take_first(std::vector<std::string>& from, std::size_t most) {
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(std::min(from.size(), most));
  std::vector<std::string> taken(std::make_move_iterator(from.begin()), std::make_move_iterator(end));
  from.erase(from.begin(), end);
  return taken;
}

}  // namespace

RoomFeed::RoomFeed(boost::asio::io_context& loop, Link& commands, ReadState read_state)
    : commands_(commands), read_state_(std::move(read_state)), look_timer_(loop), full_timer_(loop) {}

void RoomFeed::start(BackplaneSink& sink) {
  sink_ = &sink;
  look();
}

void RoomFeed::stop() {
  look_timer_.cancel();
  full_timer_.cancel();
  sink_ = nullptr;
}

void RoomFeed::on_available() {
  for (auto& [name, room] : rooms_) ring(name, room);
  fetch();
}

/// The doorbell rings for all rooms at any time, so a subscription needs no answer: it stands before the state is read.
void RoomFeed::subscribe(const std::string& room, Completion<LogState> done) {
  thread_.in();
  const auto [entry, is_new] = rooms_.try_emplace(room, Room{last_number_ + 1});
  if (is_new) ++last_number_;
  read_state_(room, [this, room, number = entry->second.number, done = std::move(done)](const Result<LogState>& log) {
    const auto found = rooms_.find(room);
    if (log && found != rooms_.end() && found->second.number == number && !found->second.is_known) {
      found->second.is_known = true;
      found->second.last = log->top.offset;
      if (std::exchange(found->second.is_due, false)) ring(found->first, found->second);
    }
    done(log);
    fetch();
  });
}

void RoomFeed::unsubscribe(std::string_view room) {
  thread_.in();
  const auto found = rooms_.find(room);
  if (found != rooms_.end()) rooms_.erase(found);
}

void RoomFeed::on_ring(std::string_view rooms) {
  while (!rooms.empty()) {
    rooms.remove_prefix(1);
    const auto name = rooms.substr(0, rooms.find(' '));
    rooms.remove_prefix(name.size());
    const auto found = rooms_.find(name);
    if (found != rooms_.end()) ring(found->first, found->second);
  }
  fetch();
}

void RoomFeed::ring(const std::string& name, Room& room) {
  if (std::exchange(room.is_due, true) || !room.is_known) return;
  due_.push_back(name);
}

void RoomFeed::fetch() {
  if (is_fetching_ || due_.empty() || sink_ == nullptr || !commands_.is_up()) return;
  if (sink_->is_full()) {
    full_timer_.expires_after(kAgainWhenFull);
    full_timer_.async_wait([this](boost::system::error_code error) {
      if (!error) fetch();
    });
    return;
  }
  auto asked = take_first(due_, kRooms);
  std::vector<std::string_view> names;
  std::vector<std::uint64_t> places;
  for (const auto& name : asked) {
    const auto found = rooms_.find(name);
    if (found == rooms_.end() || !found->second.is_known) continue;
    found->second.is_due = false;
    names.push_back(name);
    places.push_back(found->second.last);
  }
  if (names.empty()) return fetch();
  is_fetching_ = true;
  Params params;
  params.texts(names).numbers(places).number(kMessages).number(kAll);
  commands_.send(statements::kBehind, std::move(params), [this, asked = std::move(asked)](const Reply* reply) {
    is_fetching_ = false;
    on_fetched(asked, reply);
    fetch();
  });
}

/// Rooms without an answer are found by the next look. A full answer may lack messages of any room.
void RoomFeed::on_fetched(const std::vector<std::string>& asked, const Reply* reply) {
  if (has_failed(reply)) return void(refused("messages", reply));
  for (std::size_t row = 0; row < reply->rows() && sink_ != nullptr;) row = deliver(*reply, row);
  if (sink_ != nullptr) sink_->on_batch_end();
  if (reply->rows() < std::min(kMessages, kAll)) return;
  for (const auto& name : asked) {
    const auto found = rooms_.find(name);
    if (found != rooms_.end()) ring(found->first, found->second);
  }
}

/// The messages of one room with consecutive offsets, from a row on. Returns the row behind them.
std::size_t RoomFeed::deliver(const Reply& reply, std::size_t row) {
  const auto name = reply.text(row, 0), epoch = reply.text(row, 1);
  const Offset first = reply.number(row, 2);
  bodies_.clear();
  const auto is_next = [&] {
    return row < reply.rows() && reply.text(row, 0) == name && reply.number(row, 2) == first + bodies_.size();
  };
  do {
    bodies_.push_back(reply.text(row, 3));
    ++row;
  } while (is_next());
  const auto found = rooms_.find(name);
  if (found == rooms_.end() || !found->second.is_known) return row;
  if (first == 0 || bodies_.size() > kLastOffset - first || !is_epoch(epoch)) {
    log_junk(JunkIn::publication, "message", name);
    return row;
  }
  Offset& last = found->second.last;
  const auto known = static_cast<std::size_t>(last < first ? 0 : last - first + 1);
  if (known >= bodies_.size()) return row;
  last = first + bodies_.size() - 1;
  sink_->on_published(name, epoch, first + known, std::span(bodies_).subspan(known));
  return row;
}

void RoomFeed::look() {
  look_timer_.expires_after(kLookEvery);
  look_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) look();
  });
  if (!commands_.is_up()) return;
  if (to_look_at_.empty()) {
    for (const auto& [name, room] : rooms_) to_look_at_.push_back(name);
  }
  const auto asked = take_first(to_look_at_, kLook);
  if (asked.empty()) return;
  const std::vector<std::string_view> names(asked.begin(), asked.end());
  commands_.send(statements::kTops, std::move(Params().texts(names)), [this](const Reply* reply) {
    if (has_failed(reply) || sink_ == nullptr) return;
    for (std::size_t row = 0; row < reply->rows(); ++row) {
      const auto found = rooms_.find(reply->text(row, 0));
      if (found == rooms_.end() || !found->second.is_known) continue;
      const Offset top = reply->number(row, 1);
      if (top > found->second.last) ring(found->first, found->second);
      if (top < found->second.last) found->second.last = top;  // PostgreSQL has lost the end of the log
    }
    fetch();
  });
}

}  // namespace chat::postgres
