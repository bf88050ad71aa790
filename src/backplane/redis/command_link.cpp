#include "backplane/redis/command_link.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "backplane/redis/checked.hpp"
#include "chat/base/log.hpp"

namespace chat::redis {
namespace {

/// "2 of 3".
bool is_place(std::string_view text) {
  constexpr std::string_view kOf = " of ";
  const auto of = text.find(kOf);
  return of != std::string_view::npos && parse_offset(text.substr(0, of)) && parse_offset(text.substr(of + kOf.size()));
}

}  // namespace

CommandLink::CommandLink(boost::asio::io_context& loop, const RedisUrl& url, const Keys& keys,
                         std::function<void()> changed)
    : loop_(loop),
      link_(loop, url, url.program + "-commands", {[this] { on_up(); }, [this] { on_down(); }, {}, {}, {}}),
      scripts_(link_, keys),
      place_key_(keys.place()),
      place_(url.place),
      changed_(std::move(changed)) {}

void CommandLink::on_up() {
  link_.send({"INFO", "memory"}, [](const Reply::Part* reply) {
    if (reply == nullptr) return;
    const auto policy = info_field(reply->text(), "maxmemory_policy");
    if (policy.empty() || policy == "noeviction") return;
    log_warn_rarely("redis_may_evict", {{"maxmemory_policy", policy}, {"needed", "noeviction"}});
  });
  check_place();
  load_scripts();
}

/// Before the scripts are loaded, so before the connection is of use: nodes that disagree about the server of a room
/// would keep two logs of it.
void CommandLink::check_place() {
  if (!place_.empty()) link_.send({"SET", place_key_, place_, "NX"}, {});
  link_.send({"GET", place_key_}, [this](const Reply::Part* reply) {
    if (reply == nullptr || reply->is_error()) return;
    const std::string place(reply->text());
    if (place == place_ || place.empty()) return;  // a full server keeps none
    if (!is_place(place)) return log_junk(JunkIn::key, "place", place_key_);
    const std::string is = "it is server " + place + " of those that share the rooms";
    link_.refuse(place_.empty() ? Unusable{is, "name all of them, as the other nodes do: redis-shards://HOST,HOST"}
                                : Unusable{is + ", but the URL has it as " + place_,
                                           "list the same servers in the same order on all nodes"});
  });
}

void CommandLink::on_down() {
  scripts_.forget();
  changed_();
  run_waiting();
}

void CommandLink::load_scripts() {
  scripts_.load([this] {
    changed_();
    run_waiting();
  });
}

void CommandLink::run_waiting() {
  for (const auto& call : std::exchange(until_loaded_, {})) call();
}

void CommandLink::run_script(const std::string& (Scripts::*script)() const, std::vector<std::string> arguments,
                             ReplyHandler handler) {
  thread_.in();
  if (!link_.is_up() || until_loaded_.size() >= CommandQueue::kMaxWaiting) {
    boost::asio::post(loop_, [handler = std::move(handler)] { handler(nullptr); });
    return;
  }
  if (!scripts_.is_loaded()) {
    until_loaded_.emplace_back([=, this] { run_script(script, arguments, handler); });
    return;
  }
  std::vector<std::string_view> whole{"EVALSHA", (scripts_.*script)()};
  whole.insert(whole.end(), arguments.begin(), arguments.end());
  link_.send(whole, [this, script, arguments, handler = std::move(handler)](const Reply::Part* reply) {
    if (reply == nullptr || !reply->is_error()) return handler(reply);
    if (!Scripts::is_unknown(*reply)) {
      const auto unusable = judge_error(reply->text());
      handler(reply);
      if (unusable) link_.refuse(*unusable);
      return;
    }
    if (scripts_.is_loaded()) load_scripts();
    run_script(script, arguments, handler);
  });
}

}  // namespace chat::redis
