#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "backplane/postgres/link.hpp"
#include "chat/base/thread_check.hpp"

namespace chat::postgres {

/// The notifications for a node, over a connection of its own: those of the schema, which all nodes get, and those of
/// the node alone. A payload is "<kind><rest of the head>", and perhaps '=' and an escaped text, or '#' and the number
/// of a mail in the table; all come in the order in which they were sent. Thread: the backplane loop. Bound:
/// kMostWaiting while a mail is fetched; those beyond it are dropped.
class Bell {
 public:
  static constexpr std::size_t kMostWaiting = 8192;

  /// Gets the head without its kind, and the text. Both live until the call returns.
  using Handler = std::function<void(std::string_view head, std::string_view text)>;

  /// `commands` fetches mails. `changed` is called when is_up() has changed, `ended` behind those that came together.
  Bell(boost::asio::io_context& loop, const PostgresUrl& url, Link& commands, std::function<void()> changed,
       std::function<void()> ended);

  /// Before start().
  void on(char kind, Handler handler) { handlers_[kind] = std::move(handler); }
  void start() { link_.start(); }
  void stop();
  bool is_up() const { return link_.is_up(); }
  /// Where this node alone listens.
  const std::string& own_channel() const { return own_channel_; }
  /// The connection itself: its process stands in the table of addresses.
  Link& link() { return link_; }

 private:
  struct Item {
    std::string head;
    std::string text;
    std::uint64_t mail = 0;  // 0: the text is here
  };
  void on_notification(std::string_view payload);
  void deliver();
  void fetch(std::uint64_t mail);

  [[no_unique_address]] ThreadCheck thread_;
  Link& commands_;
  const std::string own_channel_;
  const std::function<void()> ended_;
  std::map<char, Handler> handlers_;
  std::deque<Item> waiting_;
  bool is_fetching_ = false;
  Link link_;
};

/// The inverse of encode(…, 'escape'): a backslash stands before another one or before three octal digits.
std::string unescaped(std::string_view text);

}  // namespace chat::postgres
