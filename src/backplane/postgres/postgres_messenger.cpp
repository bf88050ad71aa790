#include "backplane/postgres/postgres_messenger.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <memory>
#include <utility>

#include "backplane/postgres/statements.hpp"

namespace chat::postgres {
namespace {

namespace asio = boost::asio;

constexpr char kQuestion = 'q', kAnswer = 'a';
// A node whose connections broke together with ours may be back that much later.
constexpr Seconds kOthersReturn{3};
// The first look is for a node that died just before the question: PostgreSQL had not noticed yet.
constexpr Seconds kFirstWatch{1};
constexpr Seconds kWatchEvery{5};

Failure unreachable(std::string_view why) { return {ErrorCode::unavailable, std::string(why)}; }

/// 0: it is none.
std::uint64_t parse_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [after, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && after == digits.data() + digits.size() ? number : 0;
}

}  // namespace

PostgresMessenger::PostgresMessenger(PostgresBackplane& backplane)
    : backplane_(backplane), pending_(backplane.loop()), own_(backplane.loop()) {
  backplane.follow(*this);
  backplane.bell().on(kQuestion, [this](auto head, auto text) { on_request(head, text); });
  backplane.bell().on(kAnswer, [this](std::string_view head, std::string_view text) {
    const std::uint64_t number = parse_number(head);
    if (number == 0) return log_junk(JunkIn::request, "answer", head);
    pending_.complete(number, std::string(text));
  });
}

void PostgresMessenger::listen(std::string address, Handler handler, Completion<bool> done) {
  if (!backplane_.is_available()) {
    asio::post(backplane_.loop(), [done = std::move(done)] { done(unreachable("PostgreSQL does not answer")); });
    return;
  }
  held_.insert_or_assign(address, std::move(handler));
  enter(address, std::move(done));
}

/// Over the connection for notifications: the row names its process, and the address is free when that ends.
void PostgresMessenger::enter(const std::string& address, Completion<bool> done) {
  Params params;
  params.text(address).text(backplane_.bell().own_channel());
  backplane_.bell().link().send(statements::kListen, std::move(params),
                                [this, address, done = std::move(done)](const Reply* reply) {
                                  if (!has_failed(reply)) return done ? done(true) : void();
                                  if (!done) return;
                                  held_.erase(address);
                                  done(unreachable(refused("address", reply).message));
                                });
}

void PostgresMessenger::unlisten(std::string_view address) {
  const auto held = held_.find(address);
  if (held == held_.end()) return;
  held_.erase(held);
  Params params;
  params.text(address).text(backplane_.bell().own_channel());
  backplane_.bell().link().send(statements::kUnlisten, std::move(params), {});
}

void PostgresMessenger::ask(std::string address, std::string request, Milliseconds most, Completion<std::string> done) {
  if (held_.contains(address)) {
    const std::uint64_t number = own_.add(most, std::move(done));
    asio::post(backplane_.loop(), [this, number, address = std::move(address), request = std::move(request)] {
      hand_over(number, address, request);
    });
    return;
  }
  const std::uint64_t number = pending_.add(most, std::move(done));
  if (!backplane_.is_available()) {
    asio::post(backplane_.loop(),
               [this, number] { pending_.complete(number, unreachable("PostgreSQL does not answer")); });
    return;
  }
  send(number, address, kQuestion + backplane_.bell().own_channel() + ' ' + std::to_string(number) + ' ' + address,
       request);
  if (most > kFirstWatch) watch(number, address, kFirstWatch);
}

/// An empty head only asks whether a node holds the address.
void PostgresMessenger::send(std::uint64_t number, const std::string& address, std::string_view head,
                             std::string_view request) {
  Params params;
  params.text(address).text(head).text(request);
  backplane_.commands().send(statements::kAsk, std::move(params), [this, number](const Reply* reply) {
    if (has_failed(reply)) return pending_.complete(number, unreachable(refused("relay", reply).message));
    if (reply->flag(0, 0)) return;
    if (!others_are_back()) return pending_.complete(number, unreachable("the other nodes are coming back"));
    pending_.complete(number, Failure{ErrorCode::not_found, "no node listens there"});
  });
}

/// A node that dies with the question does not answer it.
void PostgresMessenger::watch(std::uint64_t number, const std::string& address, Seconds after) {
  const auto timer = std::make_shared<asio::steady_timer>(backplane_.loop(), after);
  timer->async_wait([this, timer, number, address](boost::system::error_code) {
    if (!pending_.contains(number)) return;
    send(number, address, {}, {});
    watch(number, address, kWatchEvery);
  });
}

/// To a connection that is held here.
void PostgresMessenger::hand_over(std::uint64_t number, std::string_view address, std::string_view request) {
  const auto held = held_.find(address);
  if (held == held_.end()) return own_.complete(number, Failure{ErrorCode::not_found, "no node listens there"});
  const Handler handler = held->second;  // it may end its own address
  handler(request, [this, number](std::string answer) { own_.complete(number, std::move(answer)); });
}

/// "<channel for the answer> <number> <address>".
void PostgresMessenger::on_request(std::string_view head, std::string_view request) {
  const std::string asker(head.substr(0, head.find(' ')));
  head.remove_prefix(std::min(head.size(), asker.size() + 1));
  const std::uint64_t number = parse_number(head.substr(0, head.find(' ')));
  head.remove_prefix(std::min(head.size(), head.find(' ')));
  // An answer goes only to the channel of a node, even if the request names another.
  if (number == 0 || head.empty() || !is_channel(asker)) return log_junk(JunkIn::request, "request", asker);
  const auto held = held_.find(head.substr(1));
  if (held == held_.end()) return;
  const Handler handler = held->second;  // it may end its own address
  handler(request, [this, asker, number](const std::string& answer) {
    backplane_.tell(asker, kAnswer + std::to_string(number), answer);
  });
}

bool PostgresMessenger::is_channel(std::string_view text) const {
  const std::string& own = backplane_.bell().own_channel();
  const auto life = own.find(':') + 1;
  return text.size() == own.size() && text.substr(0, life) == std::string_view(own).substr(0, life) &&
         text.find_first_not_of("0123456789abcdef", life) == std::string_view::npos;
}

bool PostgresMessenger::others_are_back() const {
  return !was_away_ || std::chrono::steady_clock::now() - back_since_ > kOthersReturn;
}

void PostgresMessenger::on_available(bool is_available) {
  if (is_available) {
    back_since_ = std::chrono::steady_clock::now();
    for (const auto& [address, handler] : held_) enter(address, {});
    return;
  }
  was_away_ = true;
  pending_.fail_all(unreachable("PostgreSQL does not answer"));  // their answers would find no caller
}

void PostgresMessenger::on_stop() {
  pending_.clear();
  own_.clear();
  held_.clear();
}

}  // namespace chat::postgres
