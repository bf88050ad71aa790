#include "fuzz/fake_redis.hpp"

#include "chat/base/assert.hpp"
#include "fuzz/choices.hpp"

namespace chat::redis {
namespace {

std::string to_bulk(const std::string& text) { return '$' + std::to_string(text.size()) + "\r\n" + text + "\r\n"; }

boost::asio::io_context& loop() {
  static boost::asio::io_context context(1);
  return context;
}

}  // namespace

FakeRedis::FakeRedis(BackplaneSink& sink)
    : backends_(make_redis_services(loop(), *parse_redis_url("redis://localhost"), {}, {})) {
  backends_->backplane().start(sink);
  for (FakeLink* link : FakeLink::all()) link->come_up();
  const std::string sha(40, 'a');  // of a script; run ids look the same
  const std::string info = to_bulk("redis_version:7.0.15\r\nrun_id:" + sha + "\r\n");
  std::string loaded;
  for (int script = 0; script < 10; ++script) loaded += to_bulk(sha);
  loaded += ":1\r\n";  // the result of the last of them, which tries every command
  answer(kAppends, info + loaded);
  answer(kCommands, "*0\r\n$-1\r\n" + info + loaded);  // the eviction policy and the place come first
  answer(kSubscriptions, to_resp({"ssubscribe", answers_channel(), "1"}));
  poll();
}

FakeRedis::~FakeRedis() {
  backends_->backplane().stop();
  poll();
  backends_.reset();
  FakeLink::all().clear();
}

void FakeRedis::answer(std::string_view name, std::string_view bytes, std::uint8_t seed) {
  FakeLink& link = FakeLink::named(name);
  in_pieces(bytes, seed, [&](std::string_view piece) {
    link.receive(std::string(piece));
    return link.is_up();
  });
}

void FakeRedis::poll() {
  loop().restart();
  loop().poll();
}

void FakeRedis::break_off() {
  for (FakeLink* link : FakeLink::all()) link->break_off();
  poll();
}

std::string to_resp(std::initializer_list<std::string_view> texts) {
  std::string out = '*' + std::to_string(texts.size()) + "\r\n";
  for (const auto text : texts) out += '$' + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
  return out;
}

}  // namespace chat::redis
