#include "backplane/postgres/link.hpp"

#include <boost/asio/post.hpp>
#include <random>
#include <utility>

#include "backplane/postgres/statements.hpp"
#include "chat/base/log.hpp"

namespace chat::postgres {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr Milliseconds kCheckEvery{500};
constexpr Milliseconds kSilence{1000};

/// Times of liveness are ours: libpq's own would be whole seconds.
Connection::Settings settings_of(const PostgresUrl& url, const std::string& name, const std::string& hosts,
                                 const std::string& addresses) {
  const bool verifies = url.ssl_mode.empty() && !url.ca_file.empty();
  Connection::Settings settings{{"host", hosts},
                                {"hostaddr", addresses},
                                {"port", url.port},
                                {"user", url.user},
                                {"dbname", url.database},
                                {"application_name", url.program + '-' + name},
                                {"client_encoding", "UTF8"},
                                {"gssencmode", "disable"},
                                {"sslmode", verifies               ? "verify-full"
                                            : url.ssl_mode.empty() ? "prefer"
                                                                   : url.ssl_mode}};
  if (!url.password.empty()) settings.emplace_back("password", url.password);
  if (!url.ca_file.empty()) settings.emplace_back("sslrootcert", url.ca_file);
  return settings;
}

}  // namespace

Link::Link(asio::io_context& loop, const PostgresUrl& url, Role role, Events events)
    : loop_(loop),
      url_(url),
      role_(std::move(role)),
      events_(std::move(events)),
      resolver_(loop),
      retry_timer_(loop),
      check_timer_(loop),
      retry_(std::random_device{}()) {}

void Link::start() {
  thread_.in();
  if (!std::exchange(is_stopped_, false)) return;
  resolve();
  check();
}

void Link::stop() {
  is_stopped_ = true;
  is_up_ = false;
  if (connection_) connection_->close();
  connection_.reset();
  waiting_.clear();
  resolver_.cancel();
  retry_timer_.cancel();
  check_timer_.cancel();
}

void Link::resolve() {
  begun_ = std::chrono::steady_clock::now();
  resolver_.async_resolve(url_.host, url_.port, [this](boost::system::error_code error, const auto& found) {
    if (error == asio::error::operation_aborted || is_stopped_) return;
    if (!error) return connect(found);
    log_down("the address is not found: " + error.message());
    retry();
  });
}

void Link::connect(const tcp::resolver::results_type& found) {
  std::string hosts, addresses;
  for (const auto& entry : found) {
    const char* const comma = hosts.empty() ? "" : ",";
    hosts += comma + url_.host;
    addresses += comma + entry.endpoint().address().to_string();
  }
  connection_ = std::make_shared<Connection>(
      loop_, Connection::Events{[this] {
                                  const auto greeting =
                                      std::make_shared<Greeting>(connection_, url_.schema, role_, left_behind_,
                                                                 [this](const auto& outcome) { on_greeted(outcome); });
                                  greeting->start();
                                },
                                events_.on_notification, events_.on_notifications_end,
                                [this](const std::string& why) { on_broken(why); }});
  connection_->start(settings_of(url_, role_.name, hosts, addresses));
}

void Link::on_greeted(const Greeting::Outcome& outcome) {
  if (is_stopped_) return;
  if (const auto* life = std::get_if<std::string>(&outcome)) {
    life_ = *life;
    left_behind_ = connection_->server_process();
    is_up_ = true;
    retry_.on_up(std::chrono::steady_clock::now());
    is_told_down_ = false;
    is_told_unusable_ = false;
    log_info("postgres_up", {{"link", role_.name}, {"address", url_.host + ':' + url_.port}});
    return events_.on_up();
  }
  if (const auto* unusable = std::get_if<Unusable>(&outcome)) {
    log_unusable(*unusable);
  } else {
    log_down(std::get<Failure>(outcome).message);
  }
  asio::post(loop_, [connection = std::exchange(connection_, nullptr)] { connection->close(); });
  retry();
}

void Link::on_broken(const std::string& why) {
  connection_.reset();
  const auto unusable = judge_error({}, why);
  unusable ? log_unusable(*unusable) : log_down(why);
  const bool was_up = std::exchange(is_up_, false);
  if (was_up) {
    retry_.on_down(std::chrono::steady_clock::now());
    events_.on_down();
    for (const auto& call : std::exchange(waiting_, {})) {
      if (call.handler && !is_stopped_) call.handler(nullptr);
    }
  }
  if (!is_stopped_) retry();
}

void Link::retry() {
  const auto now = std::chrono::steady_clock::now();
  retry_.plan(now);
  retry_timer_.expires_at(retry_.at());
  retry_timer_.async_wait([this](boost::system::error_code error) {
    if (!error && !is_stopped_) resolve();
  });
}

void Link::send(const Statement& statement, Params params, ReplyHandler handler) {
  thread_.in();
  if (!is_up_ || waiting_.size() >= kMostCalls) {
    if (!handler) return;
    asio::post(loop_, [this, handler = std::move(handler)] {
      if (!is_stopped_) handler(nullptr);
    });
    return;
  }
  called_ = std::chrono::steady_clock::now();
  waiting_.push_back({&statement, std::move(params), std::move(handler)});
  send_waiting();
}

void Link::send_waiting() {
  while (is_up_ && !waiting_.empty() && connection_->unanswered() < kAtOnce) {
    Call call = std::move(waiting_.front());
    waiting_.pop_front();
    connection_->send(*call.statement, call.params, [this, handler = std::move(call.handler)](const Reply* reply) {
      if (handler) handler(reply);
      if (!is_stopped_) send_waiting();
    });
  }
}

void Link::check() {
  const auto late = std::chrono::steady_clock::now() - kPatience;
  if (connection_) {
    const auto since = is_up_ ? connection_->waiting_since() : begun_;
    if (since < late) connection_->fail("it does not answer");
  }
  if (is_up_ && called_ < std::chrono::steady_clock::now() - kSilence) send(statements::kPing, {}, {});
  if (is_stopped_) return;
  check_timer_.expires_after(kCheckEvery);
  check_timer_.async_wait([this](boost::system::error_code error) {
    if (!error && !is_stopped_) check();
  });
}

void Link::log_down(const std::string& why) {
  if (!std::exchange(is_told_down_, true)) log_warn("postgres_down", {{"link", role_.name}, {"why", why}});
}

void Link::log_unusable(const Unusable& unusable) {
  if (std::exchange(is_told_unusable_, true)) return;
  log_warn("postgres_unusable", {{"link", role_.name}, {"why", unusable.why}, {"do", unusable.remedy}});
}

}  // namespace chat::postgres
