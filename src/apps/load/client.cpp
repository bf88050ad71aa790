#include "apps/load/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <random>

namespace chat::load {
namespace {

constexpr std::uint64_t kHelloId = 1;
constexpr std::uint64_t kJoinId = 2;

/// 127.0.k.1: as many ports as wanted, and addresses that nginx's ip_hash tells apart.
sockaddr_storage loopback_source(std::uint32_t number) {
  sockaddr_storage storage{};
  auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(0x7f000001U | (1 + number % 200) << 8);
  return storage;
}

}  // namespace

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Run::Run(const Options& wanted)
    : options(wanted),
      id(fmt::format("{:08x}", std::random_device()())),
      checker(wanted.rooms, wanted.clients_per_room, wanted.is_idle() ? 0 : wanted.senders()),
      recent(id) {
  for (std::uint32_t i = 0; i < wanted.rooms; ++i) rooms.push_back(fmt::format("{}-{}-{}", wanted.room_prefix, id, i));
}

void Client::settle(std::uint32_t number, bool sends, const Options& options) {
  number_ = number;
  room_ = number / options.clients_per_room;
  seat_ = number % options.clients_per_room;
  sends_ = sends;
}

void Client::open(const Endpoint& to, int epoll, Run& run) {
  const auto source = loopback_source(number_);
  phase_ = Phase::opening;
  connection_.open(to, to.is_loopback_v4 ? &source : nullptr, epoll, number_);
  if (connection_.state() == Connection::State::closed) leave(run);
}

void Client::on_event(std::uint32_t events, Run& run) {
  if (phase_ == Phase::gone) return;
  if ((events & (EPOLLOUT | EPOLLERR)) != 0) connection_.on_writable();
  if ((events & (EPOLLIN | EPOLLHUP)) != 0 && connection_.receive(run.buffer)) {
    const auto now = now_ns();
    if (!greeted_ && connection_.state() == Connection::State::open) greet(run);
    std::string_view text;
    while (connection_.next_text(text)) on_text(text, now, run);
    if (sends_ && run.options.window > 0 && run.sending) fill_window(run);
  }
  if (connection_.state() == Connection::State::closed) leave(run);
}

void Client::greet(Run& run) {
  greeted_ = true;
  connection_.queue_text(fmt::format(R"({{"type":"hello","id":{},"name":"load {}","producer":"{}{:024x}"}})", kHelloId,
                                     number_, run.id, number_));
  connection_.queue_text(
      fmt::format(R"({{"type":"join","id":{},"room":"{}","history":0}})", kJoinId, run.rooms[room_]));
  connection_.flush();
}

void Client::on_text(std::string_view text, std::int64_t now, Run& run) {
  const auto& frame = run.recent.read(room_, offset_ + 1, text);
  const ServerObject& object = frame.object;
  if (!frame.readable) {
    ++run.results.unreadable;
  } else if (object.type == "message") {
    on_message(frame, now, run);
  } else if (object.type == "ack") {
    on_ack(object, now, run);
  } else if (object.type == "error") {
    on_error(object, run);
  } else if (object.type == "welcome") {
    node_ = object.node;
  } else if (object.type == "joined") {
    on_joined(object, run);
  } else if (object.type != "presence" && object.type != "typing" && object.type != "caught_up") {
    ++run.results.events[std::string(object.type)];
  }
}

void Client::on_joined(const ServerObject& object, Run& run) {
  if (phase_ != Phase::opening) return;
  phase_ = Phase::joined;
  epoch_ = object.epoch;
  offset_ = object.offset;
  run.checker.joined(room_, seat_, object.offset);
  ++run.results.joined;
  ++run.results.clients_by_node[node_];
}

void Client::on_message(const RecentFrames::Frame& frame, std::int64_t now, Run& run) {
  const ServerObject& object = frame.object;
  const auto& stamp = frame.stamp;
  Results& results = run.results;
  if (object.room != run.rooms[room_] || phase_ != Phase::joined) {
    ++results.misrouted;
    return;
  }
  if (object.epoch != epoch_) {
    epoch_ = object.epoch;
    ++results.events["epoch changed"];
  }
  offset_ = object.offset;
  if (!stamp) {
    ++results.foreign;
    run.checker.delivered(room_, seat_, object.offset, nullptr);
    return;
  }
  const Checker::Author author{stamp->sender % run.options.clients_per_room, stamp->n};
  if (stamp->sender / run.options.clients_per_room != room_ || author.seat >= run.options.senders()) {
    ++results.misrouted;
    return;
  }
  const bool is_new = run.checker.delivered(room_, seat_, object.offset, &author);
  if (!is_new) return;
  if (author.seat == seat_) ++echoed_;
  const auto from_due = (now - stamp->due) / 1000;
  results.this_second.record(from_due);
  if (stamp->due < run.measure_from || stamp->due >= run.measure_to) return;
  const bool is_same_node = object.node == node_;
  (is_same_node ? results.from_due.same_node : results.from_due.cross_node).record(from_due);
  (is_same_node ? results.from_send.same_node : results.from_send.cross_node).record((now - stamp->sent) / 1000);
}

void Client::on_ack(const ServerObject& object, std::int64_t now, Run& run) {
  Pending pending{};
  if (!take_pending(object.id, pending)) {
    ++run.results.events["ack of nothing sent"];
    return;
  }
  --run.unanswered;
  ++run.results.acked;
  ++stored_;
  if (object.duplicate) ++(pending.n <= refused_n_ ? run.results.stored_though_refused : run.results.duplicate_acks);
  run.checker.acked(room_, {seat_, pending.n}, object.offset);
  if (pending.sent >= run.measure_from && pending.sent < run.measure_to) {
    run.results.ack.record((now - pending.sent) / 1000);
  }
}

void Client::on_error(const ServerObject& object, Run& run) {
  Pending pending{};
  if (phase_ == Phase::opening) {
    ++run.results.join_failures[fmt::format("{}: {}", object.code, object.message)];
    phase_ = Phase::gone;
    ++run.gone;
  } else if (take_pending(object.id, pending)) {
    --run.unanswered;
    ++run.results.refused[std::string(object.code)];
    // The server takes a sender's numbers without holes: the refused one comes next, and all that was sent after it
    // will be refused as well.
    refused_n_ = std::max(refused_n_, pending.n);
    if (pending.id < first_valid_id_) return;
    next_n_ = pending.n;
    first_valid_id_ = next_id_;
  } else {
    ++run.results.events[fmt::format("error {}", object.code)];
  }
}

bool Client::take_pending(std::uint64_t id, Pending& taken) {
  const auto found = std::ranges::find(pending_, id, &Pending::id);
  if (found == pending_.end()) return false;
  taken = *found;
  pending_.erase(found);
  return true;
}

void Client::send(std::int64_t due, Run& run) {
  if (phase_ != Phase::joined) return;
  const auto now = now_ns();
  queue_message(due, now, run);
  if (due >= run.measure_from) run.results.send_delay.record((now - due) / 1000);
  connection_.flush();
}

void Client::fill_window(Run& run) {
  if (phase_ != Phase::joined) return;
  // Waiting for the own message too keeps the senders from running away from the receivers.
  const auto now = now_ns();
  bool queued = false;
  while (pending_.size() < run.options.window && stored_ + pending_.size() < echoed_ + run.options.window) {
    queue_message(now, now, run);
    queued = true;
  }
  if (queued) connection_.flush();
}

void Client::queue_message(std::int64_t due, std::int64_t now, Run& run) {
  const Pending pending{next_id_++, next_n_++, now};
  auto& json = run.scratch;
  json.clear();
  fmt::format_to(std::back_inserter(json), R"({{"type":"send","id":{},"room":"{}","n":{},"text":")", pending.id,
                 run.rooms[room_], pending.n);
  append_stamp(json, run.id, {number_, pending.n, due, now});
  json.append(run.options.payload_bytes - Stamp::kBytes, '.');
  json += "\"}";
  connection_.queue_text(json);
  pending_.push_back(pending);
  ++run.unanswered;
  ++run.results.sent;
  if (due >= run.measure_from) ++run.results.sent_while_measuring;
}

void Client::leave(Run& run) {
  if (phase_ == Phase::joined) run.checker.left(room_, seat_);
  run.results.unanswered += pending_.size();
  run.unanswered -= pending_.size();
  pending_.clear();
  phase_ = Phase::gone;
  ++run.gone;
  ++run.results.cut[connection_.reason()];
}

}  // namespace chat::load
