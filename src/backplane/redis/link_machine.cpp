#include "backplane/redis/link_machine.hpp"

#include <algorithm>
#include <utility>

namespace chat::redis {
namespace {

constexpr std::size_t kParseChunkBytes = 16 * 1024;  // to hiredis at once: after each reply it moves the rest

}  // namespace

LinkMachine::LinkMachine(const RedisUrl& url, std::string name, Events events, const Clock& clock, unsigned seed)
    : url_(url), log_(std::move(name)), events_(std::move(events)), clock_(clock), retry_(seed) {}

LinkActions LinkMachine::take_actions() { return std::exchange(due_, {}); }

LinkActions LinkMachine::start() {
  connect();
  return take_actions();
}

LinkActions LinkMachine::stop() {
  state_ = State::stopped;
  ++life_;
  commands_.abandon();
  refused_.clear();
  due_ = {.close = true};
  return take_actions();
}

void LinkMachine::connect() {
  state_ = State::connecting;
  ++life_;
  reader_ = std::make_unique<ReplyReader>();
  pulse_.begin(clock_.now());
  due_.connect = true;
}

LinkActions LinkMachine::on_connected(std::string peer) {
  thread_.in();
  if (state_ != State::connecting) return take_actions();
  state_ = State::greeting;
  peer_ = std::move(peer);
  if (!url_.password.empty() && url_.user.empty()) greet({"AUTH", url_.password});
  if (!url_.password.empty() && !url_.user.empty()) greet({"AUTH", url_.user, url_.password});
  if (!url_.database.empty()) greet({"SELECT", url_.database});
  due_ = send(std::initializer_list<std::string_view>{"CLIENT", "SETNAME", log_.name()}, {});
  if (!url_.master.empty()) {
    // A Sentinel may not know yet that this one is no longer the master.
    due_ = send(std::initializer_list<std::string_view>{"ROLE"}, [this](const Reply::Part* reply) {
      if (reply == nullptr || reply->size() == 0 || reply->first().text() == "master") return;
      due_ = restart("it is not the master");
    });
  }
  // PING answers LOADING while Redis still reads its files, so a link is up only when Redis works.
  due_ = send(std::initializer_list<std::string_view>{"PING"}, [this](const Reply::Part* reply) {
    if (reply != nullptr) on_pong(*reply);
  });
  read_unless_held();
  return take_actions();
}

/// A step of the greeting that Redis must not refuse.
void LinkMachine::greet(std::initializer_list<std::string_view> command) {
  due_ = send(command, [this, step = std::string(*command.begin())](const Reply::Part* reply) {
    if (reply != nullptr && reply->is_error()) due_ = restart_after(step, *reply);
  });
}

void LinkMachine::on_pong(const Reply::Part& reply) {
  if (reply.is_error()) {
    due_ = restart_after("PING", reply);
    return;
  }
  state_ = State::up;
  retry_.on_up(clock_.now());
  log_.up(peer_);
  events_.on_up();
}

LinkActions LinkMachine::restart(std::string_view why) {
  if (state_ == State::stopped) return take_actions();
  log_.down(why);
  const unsigned life = ++life_;
  const bool was_up = state_ == State::up;
  if (was_up && !log_.is_unusable()) retry_.on_down(clock_.now());
  state_ = State::pausing;
  retry_.cancel();
  held_until_.reset();
  due_ = {.close = true, .fail = due_.fail};
  for (const auto& handler : commands_.abandon()) {
    if (handler) handler(nullptr);
  }
  if (was_up) events_.on_down();
  if (life == life_) retry_.plan(clock_.now());
  return take_actions();
}

LinkActions LinkMachine::restart_after(std::string_view step, const Reply::Part& error) {
  const std::string why = std::string(step) + ": " + std::string(error.text());
  const auto unusable = judge_error(error.text());
  return unusable ? refuse({why, unusable->remedy}) : restart(why);
}

LinkActions LinkMachine::refuse(const Unusable& unusable) {
  log_.refuse(unusable);
  return restart(unusable.why);
}

Instant LinkMachine::wake_at() const {
  if (state_ == State::stopped) return Instant::max();
  if (state_ == State::pausing) return retry_.at();
  return held_until_ ? std::min(*held_until_, pulse_.look_at()) : pulse_.look_at();
}

LinkActions LinkMachine::on_time() {
  thread_.in();
  if (clock_.now() < wake_at()) return take_actions();
  if (state_ == State::pausing) {
    connect();
  } else {
    if (held_until_ && clock_.now() >= *held_until_) read_unless_held();
    if (clock_.now() >= pulse_.look_at()) watch();
  }
  return take_actions();
}

/// Breaks a connection that leaves a command unanswered, or that has been silent although it was pinged.
void LinkMachine::watch() {
  const Instant now = clock_.now();
  pulse_.look(now);
  const auto oldest = commands_.oldest();
  if (oldest && now - *oldest > kTimeout) {
    due_ = restart("no answer in time");
  } else if (pulse_.is_dead(now)) {
    due_ = restart("silent");
  } else if (is_up() && pulse_.needs_ping(now)) {
    const auto ping = {std::string_view("PING")};
    if (takes_pushes()) {
      due_ = send_unanswered(ping);  // a subscribed connection answers in the form of a push
    } else if (!oldest) {
      due_ = send(ping, {});
    }
  }
}

LinkActions LinkMachine::send(std::span<const std::string_view> arguments, ReplyHandler handler) {
  thread_.in();
  if (is_connected() && commands_.push(arguments, handler, clock_.now())) {
    due_.flush = due_.flush || commands_.has_output();
  } else if (state_ != State::stopped) {
    refused_.push_back(std::move(handler));
    due_.fail = true;
  }
  return take_actions();
}

LinkActions LinkMachine::send_unanswered(std::span<const std::string_view> arguments) {
  thread_.in();
  if (is_connected()) {
    commands_.push_unanswered(arguments);
    due_.flush = true;
  }
  return take_actions();
}

void LinkMachine::fail_refused() {
  for (const auto& handler : std::exchange(refused_, {})) {
    if (state_ != State::stopped && handler) handler(nullptr);
  }
}

LinkActions LinkMachine::on_bytes(std::string_view bytes) {
  thread_.in();
  if (!is_connected()) return take_actions();
  const unsigned life = life_;
  pulse_.hear(clock_.now());
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kParseChunkBytes))) {
    reader_->feed(bytes.substr(0, kParseChunkBytes));
    take_replies();
    if (life != life_) return take_actions();
  }
  if (events_.on_batch_end) events_.on_batch_end();
  if (life != life_) return take_actions();
  commands_.advance(clock_.now());
  due_.flush = due_.flush || commands_.has_output();
  read_unless_held();
  return take_actions();
}

void LinkMachine::take_replies() {
  const unsigned life = life_;
  while (life == life_) {
    bool broken = false;
    const Reply* reply = reader_->next(broken);
    if (broken) due_ = restart("its bytes are not RESP");
    if (reply == nullptr) return;
    const auto root = reply->root();
    if (const auto handler = commands_.pop()) {
      if (*handler) (*handler)(&root);
    } else if (takes_pushes() && root.is_array()) {
      events_.on_push(root);
    } else if (root.is_error()) {
      due_ = restart_after("SSUBSCRIBE", root);
    }
  }
}

void LinkMachine::read_unless_held() {
  held_until_.reset();
  if (!events_.is_held || !events_.is_held()) {
    due_.read = true;
    return;
  }
  pulse_.hear(clock_.now());  // unread bytes are not the fault of Redis
  held_until_ = clock_.now() + kHold;
}

}  // namespace chat::redis
