// A Link without a socket and without time, linked instead of the real one: the state machine of the connection and all
// above it is the code of the server.
#include "fuzz/fake_link.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

#include "backplane/redis/link.hpp"
#include "chat/base/assert.hpp"

namespace chat::redis {
namespace {

/// The channels that the commands subscribe.
void take_channels(const std::string& commands, std::vector<std::string>& channels) {
  ReplyReader reader;
  reader.feed(commands);
  bool broken = false;
  while (const Reply* command = reader.next(broken)) {
    const auto name = command->root().first();
    if (name.text() == "SSUBSCRIBE") channels.emplace_back(name.next().text());
  }
  CHAT_ASSERT(!broken);
}

}  // namespace

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
      machine_(url_, std::move(name), std::move(events), clock_, 1),
      locator_(loop, url_),
      stream_(loop, url_),
      timer_(loop),
      input_size_(0) {
  static std::vector<std::unique_ptr<FakeLink>> ends;  // of all links there have been
  auto& all = FakeLink::all();
  if (all.empty()) ends.clear();
  auto& end = *ends.emplace_back(std::make_unique<FakeLink>());
  all.push_back(&end);
  end.name = machine_.name();
  end.come_up = [this] {
    apply(machine_.on_connected("nowhere"));
    apply(machine_.on_bytes("+OK\r\n+PONG\r\n"));  // to CLIENT SETNAME and PING
  };
  end.break_off = [this] { restart("the end of the input"); };
  end.receive = [this](std::string_view bytes) { apply(machine_.on_bytes(bytes)); };
  end.is_up = [this] { return is_up(); };
}

void Link::apply(const LinkActions& actions) {
  if (actions.flush) {
    machine_.take_output(writing_);
    take_channels(writing_, FakeLink::named(machine_.name()).channels);
  }
  if (actions.fail) boost::asio::post(loop_, [this] { machine_.fail_refused(); });
}

}  // namespace chat::redis
