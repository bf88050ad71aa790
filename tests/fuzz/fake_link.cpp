// A Link without a socket, linked instead of the real one: all above it is the code of the server.
#include "fuzz/fake_link.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

#include "backplane/redis/link.hpp"
#include "chat/base/assert.hpp"

namespace chat::redis {

std::vector<FakeLink*>& FakeLink::all() {
  static std::vector<FakeLink*> links;
  return links;
}

FakeLink& FakeLink::named(std::string_view name) {
  const auto place = std::find_if(all().begin(), all().end(), [name](FakeLink* link) { return link->name == name; });
  CHAT_ASSERT(place != all().end());
  return **place;
}

Link::Link(boost::asio::io_context& loop, const RedisUrl& url, std::string name, Events events)
    : loop_(loop),
      url_(url),
      name_(std::move(name)),
      events_(std::move(events)),
      locator_(loop, url_),
      stream_(loop, url_),
      retry_timer_(loop),
      watch_timer_(loop),
      hold_timer_(loop),
      input_size_(0) {
  static std::vector<std::unique_ptr<FakeLink>> ends;  // of all links there have been
  auto& all = FakeLink::all();
  if (all.empty()) ends.clear();
  auto& end = *ends.emplace_back(std::make_unique<FakeLink>());
  all.push_back(&end);
  end.name = name_;
  end.come_up = [this] {
    connected_ = up_ = true;
    events_.on_up();
  };
  end.break_off = [this] { restart("the end of the input"); };
  end.is_awaited = [this] { return !waiting_.empty(); };
  end.is_up = [this] { return up_; };
  end.answer = [this](const Reply::Part& root) {  // as Link::take_replies() does
    if (!waiting_.empty()) {
      const auto command = std::move(waiting_.front());
      waiting_.pop_front();
      if (command.handler) command.handler(&root);
    } else if (events_.on_push && root.is_array()) {
      events_.on_push(root);
    } else if (root.is_error()) {
      restart(root.text());
    }
  };
}

void Link::start() {}

void Link::stop() {
  stopped_ = true;
  waiting_.clear();
}

void Link::send(std::span<const std::string_view>, ReplyHandler handler) {
  if (connected_) {
    waiting_.push_back({std::move(handler), {}});
    return;
  }
  boost::asio::post(loop_, [this, handler = std::move(handler)] {
    if (!stopped_ && handler) handler(nullptr);
  });
}

void Link::send_unanswered(std::initializer_list<std::string_view> arguments) {
  auto& channels = FakeLink::named(name_).channels;
  if (connected_ && *arguments.begin() == "SSUBSCRIBE") channels.emplace_back(*(arguments.begin() + 1));
}

void Link::restart(std::string_view) {
  if (stopped_) return;
  connected_ = false;
  const bool was_up = std::exchange(up_, false);
  for (auto& command : std::exchange(waiting_, {})) {
    if (command.handler) command.handler(nullptr);
  }
  if (was_up) events_.on_down();
}

void Link::refuse(const Unusable& unusable) { restart(unusable.why); }
void Link::restart_after(std::string_view step, const Reply::Part&) { restart(step); }
void Link::accept() {}

}  // namespace chat::redis
