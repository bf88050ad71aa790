#include "backplane/redis/subscriptions.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "backplane/append_queue.hpp"
#include "backplane/redis/checked.hpp"
#include "chat/base/mutant.hpp"

namespace chat::redis {

Subscriptions::Subscriptions(boost::asio::io_context& loop, const RedisUrl& url, const Keys& keys, ReadState read_state,
                             std::function<void()> changed)
    : loop_(loop),
      keys_(keys),
      read_state_(std::move(read_state)),
      changed_(std::move(changed)),
      link_(loop, url, url.program + "-subscriptions",
            {[this] { on_up(); }, [this] { on_down(); }, [this](const Reply::Part& push) { on_push(push); },
             [this] { sink_->on_batch_end(); }, [this] { return sink_->is_full(); }}) {}

void Subscriptions::start(BackplaneSink& sink) {
  sink_ = &sink;
  link_.start();
}

void Subscriptions::stop() {
  link_.stop();
  for (auto* user : channel_users_) user->on_stop();
}

bool Subscriptions::is_up() const {
  const auto can_work = [](const ChannelUser* user) { return user->is_subscribed(); };
  return link_.is_up() && std::all_of(channel_users_.begin(), channel_users_.end(), can_work);
}

void Subscriptions::subscribe(std::string room, Completion<LogState> done) {
  thread_.in();
  auto& entry = rooms_[room];
  if (entry.confirmed) return read_state_(std::move(room), std::move(done));
  entry.waiting.push_back(std::move(done));
  if (entry.waiting.size() == 1) ask_for(room);
}

void Subscriptions::ask_for(std::string_view room) {
  auto place = unconfirmed_.find(room);
  if (place == unconfirmed_.end()) place = unconfirmed_.emplace(room, 0).first;
  ++place->second;
  subscribe_channel(keys_.live_channel(room));
}

void Subscriptions::unsubscribe(std::string_view room) {
  thread_.in();
  const auto place = rooms_.find(room);
  if (place == rooms_.end()) return;
  rooms_.erase(place);
  unsubscribe_channel(keys_.live_channel(room));
}

void Subscriptions::fail_waiting(const Failure& failure) {
  for (auto& [room, entry] : rooms_) {
    for (auto& done : std::exchange(entry.waiting, {})) {
      boost::asio::post(loop_, [done = std::move(done), failure] { done(failure); });
    }
  }
}

void Subscriptions::on_up() {
  for (const auto& [room, entry] : rooms_) {
    if (!is_mutant("no-resubscribe")) ask_for(room);
  }
  for (auto* user : channel_users_) user->on_subscriptions_up();
  subscribe_channel(keys_.broadcast_channel());
  changed_();
}

void Subscriptions::on_down() {
  for (auto& [room, entry] : rooms_) entry.confirmed = false;
  unconfirmed_.clear();
  for (auto* user : channel_users_) user->on_subscriptions_down();
  changed_();
}

void Subscriptions::on_push(const Reply::Part& push) {
  thread_.in();
  if (push.size() < 2) return;
  const auto kind = push.first(), channel = kind.next();
  const auto room = keys_.room_of(channel.text());
  if (kind.text() == "smessage") {
    if (channel.text() == keys_.broadcast_channel()) return sink_->on_broadcast(channel.next().text());
    if (!room.empty()) return on_message(room, channel.next().text());
    for (auto* user : channel_users_) user->on_message(channel.text(), channel.next().text());
  } else if (kind.text() == "ssubscribe") {
    link_.accept();
    if (!room.empty()) return on_confirmed(room);
    for (auto* user : channel_users_) user->on_subscribed(channel.text());
    changed_();
  }
}

/// "m <epoch> <first offset>\n<body>\n<body>…", "t <…>", "p <…>".
void Subscriptions::on_message(std::string_view room, std::string_view payload) {
  if (payload.size() < 2 || payload[1] != ' ') return log_junk(JunkIn::publication, "message", room);
  const char kind = payload[0];
  payload.remove_prefix(2);
  if (kind == 't' || kind == 'p' || kind == 'n') return sink_->on_signal(room, Signal{kind}, payload);
  if (kind != 'm') return log_junk(JunkIn::publication, "message", room);
  const auto line = payload.substr(0, payload.find('\n'));
  const auto epoch = line.substr(0, line.find(' '));
  const auto first = parse_offset(line.substr(std::min(line.size(), epoch.size() + 1)));
  bodies_.clear();
  for (auto rest = payload.substr(std::min(payload.size(), line.size() + 1)); !rest.empty();) {
    if (bodies_.size() == AppendQueue::kMaxMessages) return log_junk(JunkIn::publication, "message", room);
    const auto body = rest.substr(0, rest.find('\n'));
    bodies_.push_back(body);
    rest.remove_prefix(std::min(rest.size(), body.size() + 1));
  }
  if (!first || *first == 0 || bodies_.size() > kLastOffset - *first || !is_epoch(epoch)) {
    return log_junk(JunkIn::publication, "message", room);
  }
  sink_->on_published(room, epoch, *first, bodies_);
}

/// Only the confirmation of the last request counts: a room may have been left and entered again meanwhile.
void Subscriptions::on_confirmed(std::string_view room) {
  const auto asked = unconfirmed_.find(room);
  if (asked == unconfirmed_.end() || --asked->second > 0) return;
  unconfirmed_.erase(asked);
  changed_();
  const auto place = rooms_.find(room);
  if (place == rooms_.end()) return;
  place->second.confirmed = true;
  auto waiting = std::exchange(place->second.waiting, {});
  if (waiting.empty()) return;
  read_state_(std::string(room), [waiting = std::move(waiting)](const Result<LogState>& found) {
    for (const auto& done : waiting) done(found);
  });
}

}  // namespace chat::redis
