#include "chat/backplane/overhearing.hpp"

#include <utility>

#include "backplane/redis/link.hpp"
#include "chat/backplane/redis.hpp"

namespace chat {
namespace {

class RedisOverhearing final : public Overhearing {
 public:
  RedisOverhearing(boost::asio::io_context& loop, const RedisUrl& url, std::vector<std::string> patterns, Events events)
      : patterns_(std::move(patterns)),
        events_(std::move(events)),
        link_(loop, url, url.program + "-overhearing",
              {[this] { on_up(); }, [] {}, [this](const redis::Reply::Part& push) { on_push(push); }, [] {},
               [this] { return events_.is_full(); }}) {}
  void start() override { link_.start(); }
  void stop() override { link_.stop(); }

 private:
  void on_up() {
    for (const auto& pattern : patterns_) link_.send_unanswered({"PSUBSCRIBE", pattern});
  }
  /// ["pmessage", pattern, channel, payload], ["psubscribe", pattern, count]
  void on_push(const redis::Reply::Part& push) {
    if (push.size() < 2) return;
    const auto kind = push.first();
    if (kind.text() == "psubscribe") return link_.accept();
    if (kind.text() != "pmessage" || push.size() != 4) return;
    const auto channel = kind.next().next();
    events_.on_message(channel.text(), channel.next().text());
  }

  const std::vector<std::string> patterns_;
  const Events events_;
  redis::Link link_;
};

}  // namespace

Result<std::unique_ptr<Overhearing>> overhear_redis(boost::asio::io_context& loop, std::string_view url,
                                                    const BackplaneOptions& options, std::vector<std::string> patterns,
                                                    Overhearing::Events events) {
  auto parsed = parse_redis_url(url, options.password);
  if (!parsed) return parsed.error();
  parsed->ca_file = options.ca_file;
  parsed->program = options.program;
  return std::unique_ptr<Overhearing>(
      std::make_unique<RedisOverhearing>(loop, *parsed, std::move(patterns), std::move(events)));
}

}  // namespace chat
