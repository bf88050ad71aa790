#include "backplane/redis/link.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "backplane/redis/command.hpp"
#include "chat/base/log.hpp"
#include "chat/base/release.hpp"

namespace chat::redis {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kGulpBytes = 512 * 1024;   // of pushes in one read: many messages share the work of a turn
constexpr std::size_t kAnswerBytes = 64 * 1024;  // of answers
constexpr std::size_t kBite = 16 * 1024;         // to hiredis at once: after each reply it moves what follows
constexpr std::size_t kKeptBytes = 64 * 1024;    // to write: what a storm needed is given back
constexpr Milliseconds kFirstPause{50};
constexpr Milliseconds kLongestPause{2000};
constexpr Milliseconds kWatchEvery{500};
constexpr Milliseconds kHold{1};      // before a held connection is looked at again
constexpr Milliseconds kProven{100};  // broken sooner, a connection was no better than none

}  // namespace

Link::Link(asio::io_context& loop, const RedisUrl& url, std::string name, Events events)
    : loop_(loop),
      url_(url),
      name_(std::move(name)),
      events_(std::move(events)),
      locator_(loop, url_),
      stream_(loop, url_),
      retry_timer_(loop),
      watch_timer_(loop),
      hold_timer_(loop),
      input_size_(events_.on_push ? kGulpBytes : kAnswerBytes),
      input_(std::make_unique_for_overwrite<char[]>(input_size_)) {}

void Link::start() { connect(); }

void Link::stop() {
  stopped_ = true;
  ++life_;
  waiting_.clear();
  postponed_.clear();
  locator_.cancel();
  retry_timer_.cancel();
  watch_timer_.cancel();
  hold_timer_.cancel();
  stream_.close();
}

void Link::connect() {
  const unsigned life = ++life_;
  reader_ = std::make_unique<ReplyReader>();
  last_heard_ = std::chrono::steady_clock::now();
  watch();
  locator_.find([this, life](const std::string& failure, const Target& target) {
    if (!is_current(life)) return;
    if (!failure.empty()) return restart(failure);
    stream_.connect(target, [this, life](const std::string& refused) {
      if (!is_current(life)) return;
      if (!refused.empty()) return restart(refused);
      greet();
    });
  });
}

void Link::greet() {
  connected_ = true;
  const auto must_be_ok = [this](const char* step) {
    return [this, step](const Reply::Part* reply) {
      if (reply != nullptr && reply->is_error()) restart_after(step, *reply);
    };
  };
  if (!url_.password.empty()) {
    if (url_.user.empty()) {
      send({"AUTH", url_.password}, must_be_ok("AUTH"));
    } else {
      send({"AUTH", url_.user, url_.password}, must_be_ok("AUTH"));
    }
  }
  if (!url_.database.empty()) send({"SELECT", url_.database}, must_be_ok("SELECT"));
  send({"CLIENT", "SETNAME", name_}, [](const Reply::Part*) {});
  if (!url_.master.empty()) {
    // A Sentinel may not have heard yet that this one is no longer the master.
    send({"ROLE"}, [this](const Reply::Part* reply) {
      if (reply != nullptr && reply->size() > 0 && reply->first().text() != "master") restart("it is not the master");
    });
  }
  // PING answers LOADING while Redis still reads its files, so a link is up only when Redis works.
  send({"PING"}, [this](const Reply::Part* reply) {
    if (reply == nullptr) return;
    if (reply->is_error()) return restart_after("PING", *reply);
    up_ = true;
    up_since_ = std::chrono::steady_clock::now();
    reported_down_ = false;
    if (!unusable_) log_info("redis_up", {{"link", name_}, {"address", stream_.peer()}});
    events_.on_up();
  });
  read();
}

void Link::restart(std::string_view why) {
  if (stopped_) return;
  if (!reported_down_ && !unusable_) log_warn("redis_down", {{"link", name_}, {"why", why}});
  reported_down_ = true;
  const unsigned life = ++life_;
  const bool was_up = std::exchange(up_, false);
  if (was_up && !unusable_ && std::chrono::steady_clock::now() - up_since_ > kProven) attempts_ = 0;
  connected_ = false;
  stream_.close();
  locator_.cancel();
  outgoing_.clear();
  write_under_way_ = false;
  const auto abandoned = std::exchange(waiting_, {});
  const auto unwritten = std::exchange(postponed_, {});
  postponed_bytes_ = 0;
  for (const auto& command : abandoned) {
    if (command.handler) command.handler(nullptr);
  }
  for (const auto& command : unwritten) {
    if (command.handler) command.handler(nullptr);
  }
  if (was_up) events_.on_down();
  if (!is_current(life)) return;

  const auto ceiling = std::min(kLongestPause, kFirstPause * (1 << std::min(attempts_++, 6U)));
  std::uniform_int_distribution<Milliseconds::rep> pause(ceiling.count() / 4, ceiling.count());
  retry_timer_.expires_after(Milliseconds(pause(jitter_)));
  retry_timer_.async_wait([this, life](error_code error) {
    if (!error && is_current(life)) connect();
  });
}

void Link::restart_after(std::string_view step, const Reply::Part& error) {
  const std::string why = std::string(step) + ": " + std::string(error.text());
  const auto unusable = judge_error(error.text());
  unusable ? refuse({why, unusable->remedy}) : restart(why);
}

void Link::refuse(const Unusable& unusable) {
  log_warn_rarely("redis_unusable", {{"link", name_}, {"why", unusable.why}, {"do", unusable.remedy}});
  unusable_ = true;
  restart(unusable.why);
}

void Link::accept() {
  if (std::exchange(unusable_, false)) log_info("redis_usable", {{"link", name_}});
}

/// Breaks a connection that leaves a command unanswered, or that has been silent although it was pinged.
void Link::watch() {
  watch_timer_.expires_after(kWatchEvery);
  watch_timer_.async_wait([this, life = life_](error_code error) {
    if (error || !is_current(life)) return;
    const Instant now = std::chrono::steady_clock::now();
    if (!waiting_.empty() && now - waiting_.front().since > kTimeout) return restart("no answer in time");
    if (now - last_heard_ > kTimeout) return restart("silent");
    if (up_ && now - last_heard_ > kTimeout / 2) {
      if (events_.on_push) {
        send_unanswered({"PING"});  // a subscribed connection answers in the form of a push
      } else if (waiting_.empty()) {
        send({"PING"}, [](const Reply::Part*) {});
      }
    }
    watch();
  });
}

void Link::write(std::span<const std::string_view> arguments) {
  append_command(outgoing_, arguments);
  flush_soon();
}

void Link::flush_soon() {
  if (std::exchange(flush_posted_, true)) return;
  asio::post(loop_, [this] {
    flush_posted_ = false;
    flush();
  });
}

void Link::send(std::span<const std::string_view> arguments, ReplyHandler handler) {
  if (!connected_) return fail_soon(std::move(handler));
  if (waiting_.size() >= kMostInFlight) return postpone(arguments, std::move(handler));
  waiting_.push_back({std::move(handler), std::chrono::steady_clock::now()});
  write(arguments);
}

void Link::fail_soon(ReplyHandler handler) {
  asio::post(loop_, [this, handler = std::move(handler)] {
    if (!stopped_ && handler) handler(nullptr);
  });
}

void Link::postpone(std::span<const std::string_view> arguments, ReplyHandler handler) {
  if (postponed_.size() >= kMostWaiting || postponed_bytes_ >= kMostWaitingBytes) return fail_soon(std::move(handler));
  Postponed command{{}, std::move(handler)};
  append_command(command.command, arguments);
  postponed_bytes_ += command.command.size();
  postponed_.push_back(std::move(command));
}

/// Their time begins when they are written: what waits in front of them has its own.
void Link::write_postponed() {
  if (postponed_.empty()) return;
  const Instant now = std::chrono::steady_clock::now();
  for (; !postponed_.empty() && waiting_.size() < kMostInFlight; postponed_.pop_front()) {
    auto& [command, handler] = postponed_.front();
    outgoing_ += command;
    postponed_bytes_ -= command.size();
    waiting_.push_back({std::move(handler), now});
  }
  flush_soon();
}

void Link::send_unanswered(std::initializer_list<std::string_view> arguments) {
  if (connected_) write(std::span(arguments.begin(), arguments.size()));
}

void Link::flush() {
  if (!connected_ || write_under_way_ || outgoing_.empty()) return;
  writing_.clear();
  writing_.swap(outgoing_);
  write_under_way_ = true;
  stream_.write(asio::buffer(writing_), [this, life = life_](error_code error, std::size_t) {
    if (!is_current(life)) return;
    write_under_way_ = false;
    if (error) return restart(error.message());
    if (writing_.capacity() > kKeptBytes) release(writing_);
    flush();
  });
}

void Link::read() {
  if (events_.is_held && events_.is_held()) {
    last_heard_ = std::chrono::steady_clock::now();  // Redis is not to blame for what is not read
    hold_timer_.expires_after(kHold);
    return hold_timer_.async_wait([this, life = life_](error_code error) {
      if (!error && is_current(life)) read();
    });
  }
  stream_.read_some(asio::buffer(input_.get(), input_size_), [this, life = life_](error_code error, std::size_t size) {
    if (!is_current(life)) return;
    if (error) return restart(error.message());
    last_heard_ = std::chrono::steady_clock::now();
    for (std::size_t at = 0; at < size; at += kBite) {
      reader_->feed({input_.get() + at, std::min(kBite, size - at)});
      take_replies();
      if (!is_current(life)) return;
    }
    if (events_.on_batch_end) events_.on_batch_end();
    if (!is_current(life)) return;
    write_postponed();
    read();
  });
}

void Link::take_replies() {
  const unsigned life = life_;
  while (is_current(life)) {
    bool broken = false;
    const Reply* reply = reader_->next(broken);
    if (broken) return restart("what it sent is not RESP");
    if (reply == nullptr) return;
    const auto root = reply->root();
    if (!waiting_.empty()) {
      const auto command = std::move(waiting_.front());
      waiting_.pop_front();
      if (command.handler) command.handler(&root);
    } else if (events_.on_push && root.is_array()) {
      events_.on_push(root);
    } else if (root.is_error()) {
      return restart_after("SSUBSCRIBE", root);
    }
  }
}

}  // namespace chat::redis
