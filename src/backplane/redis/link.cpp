#include "backplane/redis/link.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <random>
#include <utility>

#include "chat/base/release.hpp"

namespace chat::redis {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kPushBytes = 512 * 1024;   // of pushes in one read: many messages share the work of a turn
constexpr std::size_t kAnswerBytes = 64 * 1024;  // of answers
constexpr std::size_t kKeptBytes = 64 * 1024;    // to write: the memory of a storm is given back

}  // namespace

Link::Link(asio::io_context& loop, const RedisUrl& url, std::string name, Events events)
    : loop_(loop),
      url_(url),
      machine_(url_, std::move(name), std::move(events), clock_, std::random_device{}()),
      locator_(loop, url_),
      stream_(loop, url_),
      timer_(loop),
      input_size_(machine_.takes_pushes() ? kPushBytes : kAnswerBytes),
      input_(std::make_unique_for_overwrite<char[]>(input_size_)) {}

void Link::apply(const LinkActions& actions) {
  if (actions.close) {
    locator_.cancel();
    stream_.close();
    write_under_way_ = false;
  }
  if (actions.connect) connect();
  if (actions.flush) flush_soon();
  if (actions.read) read();
  if (actions.fail) asio::post(loop_, [this] { machine_.fail_refused(); });
  set_timer();
}

void Link::connect() {
  const unsigned life = machine_.life();
  locator_.find([this, life](const std::string& failure, const Target& target) {
    if (!is_current(life)) return;
    if (!failure.empty()) return restart(failure);
    stream_.connect(target, [this, life](const std::string& refused) {
      if (!is_current(life)) return;
      if (!refused.empty()) return restart(refused);
      apply(machine_.on_connected(stream_.peer()));
    });
  });
}

void Link::read() {
  stream_.read_some(asio::buffer(input_.get(), input_size_),
                    [this, life = machine_.life()](error_code error, std::size_t size) {
                      if (!is_current(life)) return;
                      if (error) return restart(error.message());
                      apply(machine_.on_bytes({input_.get(), size}));
                    });
}

void Link::flush_soon() {
  if (std::exchange(flush_posted_, true)) return;
  asio::post(loop_, [this] {
    flush_posted_ = false;
    flush();
  });
}

void Link::flush() {
  if (!machine_.is_connected() || write_under_way_) return;
  machine_.take_output(writing_);
  if (writing_.empty()) return;
  write_under_way_ = true;
  stream_.write(asio::buffer(writing_), [this, life = machine_.life()](error_code error, std::size_t) {
    if (!is_current(life)) return;
    write_under_way_ = false;
    if (error) return restart(error.message());
    if (writing_.capacity() > kKeptBytes) release(writing_);
    flush();
  });
}

void Link::set_timer() {
  const Instant at = machine_.wake_at();
  if (at == std::exchange(timer_at_, at)) return;
  if (at == Instant::max()) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(at);
  timer_.async_wait([this](error_code error) {
    if (error) return;
    timer_at_ = Instant::max();
    apply(machine_.on_time());
  });
}

}  // namespace chat::redis
