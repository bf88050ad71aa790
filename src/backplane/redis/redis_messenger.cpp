#include "backplane/redis/redis_messenger.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <memory>
#include <utility>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"
#include "chat/base/digest.hpp"

namespace chat::redis {
namespace {

namespace asio = boost::asio;

// A node whose connection to Redis broke together with ours may be back that much later, see Link.
constexpr Seconds kOthersReturn{3};
// The first look is for a node that died just before the question: Redis had not noticed yet.
constexpr Seconds kFirstWatch{1};
constexpr Seconds kWatchEvery{5};

constexpr std::size_t kLifeBytes = 8;  // random, in the name of a node's channel

bool is_life(std::string_view text) {
  return text.size() == 2 * kLifeBytes && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// "<number>\n<rest>"; 0 where it is none.
std::uint64_t take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  const auto [after, error] = std::from_chars(text.data(), text.data() + end, number);
  if (error != std::errc{} || after != text.data() + end) return 0;
  text.remove_prefix(end + 1);
  return number;
}

}  // namespace

RedisMessenger::RedisMessenger(asio::io_context& loop, RedisBackplane& backplane)
    : loop_(loop),
      backplane_(backplane),
      answers_(backplane.keys().answers_channel(random_hex(kLifeBytes))),
      pending_(loop),
      own_(loop) {
  backplane.subscriptions().share(*this);
}

void RedisMessenger::listen(std::string address, Handler handler, Completion<bool> done) {
  if (!backplane_.subscriptions().is_connected()) {
    asio::post(loop_, [done = std::move(done)] { done(unreachable("Redis does not answer")); });
    return;
  }
  backplane_.subscriptions().subscribe_channel(keys().messenger_channel(address));
  held_.insert_or_assign(std::move(address), Held{std::move(handler), std::move(done)});
}

void RedisMessenger::unlisten(std::string_view address) {
  const auto held = held_.find(address);
  if (held == held_.end()) return;
  held_.erase(held);
  backplane_.subscriptions().unsubscribe_channel(keys().messenger_channel(address));
}

void RedisMessenger::ask(std::string address, std::string request, Milliseconds most, Completion<std::string> done) {
  if (held_.contains(address)) {
    const std::uint64_t number = own_.add(most, std::move(done));
    asio::post(loop_, [this, number, address = std::move(address), request = std::move(request)] {
      hand_over(number, address, request);
    });
    return;
  }
  const std::uint64_t number = pending_.add(most, std::move(done));
  if (!answerable_) {
    asio::post(loop_, [this, number] { pending_.complete(number, unreachable("Redis does not answer")); });
    return;
  }
  const std::string payload = answers_ + ' ' + std::to_string(number) + '\n' + request;
  publish(number, address, payload);
  if (most > kFirstWatch) watch(number, address, kFirstWatch);
}

void RedisMessenger::publish(std::uint64_t number, const std::string& address, std::string_view payload) {
  const auto on_reply = [this, number, address](const Reply::Part* reply) {
    if (reply == nullptr || reply->is_error()) return pending_.complete(number, request_refused("relay", reply));
    if (reply->integer() > 0) return;
    if (!others_are_back()) return pending_.complete(number, unreachable("the other nodes are coming back"));
    pending_.complete(number, Failure{ErrorCode::not_found, "no node listens there"});
  };
  backplane_.commands().send({"SPUBLISH", keys().messenger_channel(address), payload}, on_reply);
}

/// A node that dies with the question does not answer it. While a question is open for long, an empty message, which
/// the node ignores, shows whether it still listens.
void RedisMessenger::watch(std::uint64_t number, const std::string& address, Seconds after) {
  const auto timer = std::make_shared<asio::steady_timer>(loop_, after);
  timer->async_wait([this, timer, number, address](boost::system::error_code) {
    if (!pending_.contains(number)) return;
    publish(number, address, {});
    watch(number, address, kWatchEvery);
  });
}

/// To a connection that is held here.
void RedisMessenger::hand_over(std::uint64_t number, std::string_view address, std::string_view request) {
  const auto held = held_.find(address);
  if (held == held_.end()) return own_.complete(number, Failure{ErrorCode::not_found, "no node listens there"});
  held->second.handler(request, [this, number](std::string answer) { own_.complete(number, std::move(answer)); });
}

bool RedisMessenger::others_are_back() const {
  return !broken_ || std::chrono::steady_clock::now() - up_since_ > kOthersReturn;
}

// ---- messages of the connection for subscriptions ----------------------------------------------------------------

void RedisMessenger::on_subscriptions_up() {
  up_since_ = std::chrono::steady_clock::now();
  backplane_.subscriptions().subscribe_channel(answers_);
  for (const auto& [address, held] : held_) {
    backplane_.subscriptions().subscribe_channel(keys().messenger_channel(address));
  }
}

void RedisMessenger::on_subscriptions_down() {
  answerable_ = false;
  broken_ = true;
  for (auto held = held_.begin(); held != held_.end();) {
    const auto done = std::exchange(held->second.until_confirmed, {});
    held = done ? held_.erase(held) : std::next(held);
    if (done) asio::post(loop_, [done] { done(unreachable("Redis does not answer")); });
  }
  pending_.fail_all(unreachable("Redis does not answer"));  // their answers would find no caller
}

void RedisMessenger::on_subscribed(std::string_view channel) {
  if (channel == answers_) {
    answerable_ = true;
    return;
  }
  const auto held = held_.find(keys().address_of(channel));
  if (held == held_.end()) return;
  if (const auto done = std::exchange(held->second.until_confirmed, {})) done(true);
}

void RedisMessenger::on_message(std::string_view channel, std::string_view payload) {
  if (channel == answers_) return on_answer(payload);
  const auto held = held_.find(keys().address_of(channel));
  if (held != held_.end()) on_request(held->second.handler, payload);
}

/// "<channel for the answer> <number>\n<request>".
void RedisMessenger::on_request(const Handler& handler, std::string_view payload) {
  if (payload.empty()) return;  // see watch()
  const std::string asker(payload.substr(0, payload.find(' ')));
  payload.remove_prefix(std::min(payload.size(), asker.size() + 1));
  const std::uint64_t number = take_number(payload);
  // An answer goes only to the channel of a node, even if the request names another.
  if (number == 0 || !is_life(keys().asker_of(asker))) return log_junk(JunkIn::request, "request", asker);
  handler(payload, [this, asker, number](const std::string& answer) {
    backplane_.commands().send({"SPUBLISH", asker, std::to_string(number) + '\n' + answer}, {});
  });
}

/// "<number>\n<answer>".
void RedisMessenger::on_answer(std::string_view payload) {
  const std::uint64_t number = take_number(payload);
  if (number == 0) return log_junk(JunkIn::request, "answer", answers_);
  pending_.complete(number, std::string(payload));
}

}  // namespace chat::redis
