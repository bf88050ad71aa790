// The client's connection: opened, greeted, read, ended.
#include "apps/load/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>

#include <fmt/format.h>

namespace chat::load {
namespace {

/// 127.0.k.1: each address has its own 28,000 ports, and nginx's ip_hash tells the addresses apart.
sockaddr_storage loopback_source(std::uint32_t number) {
  sockaddr_storage storage{};
  auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(0x7f000001U | (1 + number % 200) << 8);
  return storage;
}

std::string with_room(std::string path, std::string_view room) {
  const auto at = path.find(kRoomPlaceholder);
  return at == std::string::npos ? path : path.replace(at, kRoomPlaceholder.size(), room);
}

}  // namespace

void Client::assign(std::uint32_t number, bool sends, std::uint32_t endpoint, const Options& options) {
  number_ = number;
  room_ = number / options.clients_per_room;
  seat_ = number % options.clients_per_room;
  sends_ = sends;
  endpoint_ = endpoint;
}

void Client::open(Run& run) {
  const Endpoint& to = run.options.endpoints[endpoint_];
  const auto source = loopback_source(number_);
  phase_ = Phase::opening;
  greeted_ = false;
  connection_.open(to, with_room(to.path, run.rooms[room_].name), run.dialect.subprotocol(),
                   to.is_loopback_v4 ? &source : nullptr, run.epoll, number_);
  if (connection_.state() == Connection::State::closed) on_closed(run);
}

void Client::on_event(std::uint32_t events, Run& run) {
  if ((events & (EPOLLOUT | EPOLLERR)) != 0) connection_.on_writable();
  if ((events & (EPOLLIN | EPOLLHUP)) != 0 && connection_.receive(run.buffers.received)) {
    const auto now = now_ns();
    if (!greeted_ && connection_.state() == Connection::State::open) greet(run);
    std::string_view text;
    while (connection_.next_text(text)) {
      do on_text(run.dialect.take_object(text), now, run);
      while (!text.empty() && connection_.state() == Connection::State::open);
    }
    if (sends_ && run.options.window > 0 && run.sending) fill_window(run);
  }
  if (connection_.state() == Connection::State::closed) on_closed(run);
}

Identity Client::identity(const Run& run) const {
  const Room& room = run.rooms[room_];
  return {run.id,         number_,
          room.name,      room.epochs[cursor_.epoch],
          cursor_.offset, names_room(run.options.endpoints[endpoint_].path)};
}

void Client::greet(Run& run) {
  greeted_ = true;
  say(run.dialect.greeting(identity(run)), run);
  if (run.dialect.joins_by_connecting()) on_joined({}, now_ns(), run);
}

void Client::say(const std::vector<std::string>& frames, Run& run) {
  for (const auto& frame : frames) connection_.queue_text(frame);
  flush(run);
}

void Client::flush(Run& run) {
  connection_.flush();
  if (connection_.state() == Connection::State::closed) on_closed(run);
}

void Client::on_text(std::string_view text, std::int64_t now, Run& run) {
  const auto& frame = run.recent.read(room_, cursor_.offset + 1, text);
  const ServerObject& object = frame.object;
  if (!frame.readable) {
    ++run.results.failures.unreadable;
  } else if (object.type == "message") {
    on_message(frame, now, run);
  } else if (object.type == "ack") {
    on_ack(object, now, run);
  } else if (object.type == "error") {
    on_error(object, run);
  } else if (object.type == "welcome") {
    node_ = run.nodes.number(object.node);
  } else if (object.type == "joined") {
    on_joined(object, now, run);
  } else if (object.type == "caught_up") {
    outbox_.resume();
    transmit(run);
  } else if (object.type == "reconnect" && run.options.reconnect) {
    wake_at(now + object.after_ms * kMillisecond, run);  // stays until then: the server spreads these moments
  } else if (object.type == "rewound" || object.type == "reset") {
    on_data_loss(object, run);
  } else if (object.type != "presence" && object.type != "typing" && object.type != kNothing) {
    on_other(object, run);
  }
}

void Client::on_error(const ServerObject& object, Run& run) {
  const bool is_opening = phase_ == Phase::opening;
  if (has_been_in_ && object.temporary && (is_opening || outbox_.is_repeated(object.id))) {
    connection_.leave(fmt::format("error {}", object.code));
    go_away(connection_.reason(), run);
    come_back_later(object.retry_after_ms, run);
  } else if (is_opening) {
    ++run.results.failures.join_failures[fmt::format("{}: {}", object.code, object.message)];
    connection_.leave("could not join");
    leave_for_good(run);
  } else if (object.code == "not_joined" && outbox_.postpone(object.id)) {
    return;  // the client sends it again when the server has replayed all missed messages
  } else if (outbox_.refused(object.id)) {
    --run.status.unanswered;
    ++run.results.failures.refused[std::string(object.code)];
  } else {
    ++run.results.failures.events[fmt::format("error {}", object.code)];
  }
}

void Client::on_other(const ServerObject& object, Run& run) {
  const auto frames = run.dialect.reply(object.type, identity(run));
  if (frames.empty()) {
    ++run.results.failures.events[std::string(object.type)];
  } else {
    say(frames, run);
  }
}

void Client::leave_for_good(Run& run) {
  run.checker.left(room_, seat_);
  if (has_been_in_ && phase_ != Phase::joined) --run.status.away;
  run.results.unanswered += outbox_.size();
  run.status.unanswered -= outbox_.size();
  outbox_.clear();
  phase_ = Phase::gone;
  ++run.status.gone;
}

}  // namespace chat::load
