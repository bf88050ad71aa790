#include "backplane/postgres/bell.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "backplane/postgres/statements.hpp"
#include "chat/base/digest.hpp"

namespace chat::postgres {
namespace {

constexpr std::size_t kLifeBytes = 8;  // random, in the name of a node's channel

bool is_octal(std::string_view digits) {
  return digits.size() == 3 && digits.find_first_not_of("01234567") == std::string_view::npos;
}

}  // namespace

std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digits = text.substr(std::min(text.size(), i + 1), 3);
    if (text[i] != '\\') {
      out += text[i];
    } else if (is_octal(digits)) {
      out += static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0'));
      i += 3;
    } else if (!digits.empty()) {
      out += digits[0];
      ++i;
    }
  }
  return out;
}

Bell::Bell(boost::asio::io_context& loop, const PostgresUrl& url, Link& commands, std::function<void()> changed,
           std::function<void()> ended)
    : commands_(commands),
      own_channel_(url.schema + ':' + random_hex(kLifeBytes)),
      ended_(std::move(ended)),
      link_(loop, url, {"notifications", false, {url.schema, own_channel_}},
            {changed,
             [this, changed] {
               waiting_.clear();
               changed();
             },
             [this](std::string_view, std::string_view payload) { on_notification(payload); }, [this] { ended_(); }}) {}

void Bell::stop() {
  link_.stop();
  waiting_.clear();
}

void Bell::on_notification(std::string_view payload) {
  thread_.in();
  const auto mark = payload.find_first_of("=#");
  Item item{std::string(payload.substr(0, mark)), {}};
  if (mark != std::string_view::npos && payload[mark] == '=') item.text = unescaped(payload.substr(mark + 1));
  if (mark != std::string_view::npos && payload[mark] == '#') {
    const auto digits = payload.substr(mark + 1);
    const auto [after, error] = std::from_chars(digits.data(), digits.data() + digits.size(), item.mail);
    if (error != std::errc{} || after != digits.data() + digits.size() || item.mail == 0 || item.mail > kLastOffset) {
      return log_junk(JunkIn::publication, "notification", "a mail");
    }
  }
  if (item.head.empty() || !handlers_.contains(item.head.front()))
    return log_junk(JunkIn::publication, "notification", "a kind");
  if (waiting_.size() >= kMostWaiting) return log_junk(JunkIn::publication, "notification", "too many wait for a mail");
  waiting_.push_back(std::move(item));
  deliver();
}

void Bell::deliver() {
  while (!waiting_.empty() && !is_fetching_) {
    if (waiting_.front().mail != 0) return fetch(waiting_.front().mail);
    const Item item = std::move(waiting_.front());
    waiting_.pop_front();
    handlers_.at(item.head.front())(std::string_view(item.head).substr(1), item.text);
  }
}

void Bell::fetch(std::uint64_t mail) {
  is_fetching_ = true;
  commands_.send(statements::kMail, std::move(Params().number(mail)), [this, mail](const Reply* reply) {
    is_fetching_ = false;
    const bool is_first = !waiting_.empty() && waiting_.front().mail == mail;
    const bool is_there = !has_failed(reply) && reply->rows() == 1;
    if (is_first && is_there) {
      waiting_.front().text = reply->text(0, 0);
      waiting_.front().mail = 0;
    } else if (is_first) {
      log_junk(JunkIn::publication, "mail", "it is not there");
      waiting_.pop_front();
    }
    deliver();
    ended_();
  });
}

}  // namespace chat::postgres
