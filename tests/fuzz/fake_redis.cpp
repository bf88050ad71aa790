#include "fuzz/fake_redis.hpp"

#include "chat/base/assert.hpp"
#include "fuzz/choices.hpp"

namespace chat::redis {
namespace {

boost::asio::io_context& loop() {
  static boost::asio::io_context context(1);
  return context;
}

}  // namespace

FakeRedis::FakeRedis(BackplaneSink& sink)
    : backends_(make_redis_backends(loop(), {{{"localhost", "6379"}}, {}, {}, {}, {}}, {}, {})) {
  backends_->backplane().start(sink);
  for (FakeLink* link : FakeLink::all()) link->come_up();
  const std::string info = "$11\r\nrun_id:abcd\r\n", loaded = "$2\r\nab\r\n$2\r\nab\r\n$2\r\nab\r\n$2\r\nab\r\n";
  answer(kAppends, info + loaded);
  answer(kCommands, "*0\r\n" + info + loaded);  // first comes what the eviction policy is
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
  ReplyReader reader;
  in_pieces(bytes, seed, [&](std::string_view piece) {
    reader.feed(std::string(piece));
    bool broken = false;
    while (const Reply* reply = link.is_up() ? reader.next(broken) : nullptr) link.answer(reply->root());
    if (broken) link.break_off();
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
