#include "chat/rooms/hub.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/base/mutant.hpp"
#include "chat/rooms/shard_port.hpp"
#include "rooms/hub_room.hpp"

namespace chat {
namespace {

constexpr std::size_t kMostChanges = 10'000;  // of who is here, while the roster of a room is being read

}  // namespace

Hub::Hub(boost::asio::io_context& loop, ClusterServices& backends, NodeInstance instance, const UsageLimits& limits,
         const Clock& clock)
    : loop_(loop),
      backends_(backends),
      instance_(std::move(instance)),
      clock_(clock),
      mailbox_(loop,
               [this](std::vector<HubMail>& batch) {
                 for (auto& mail : batch) std::visit([this](auto& m) { handle(m); }, mail);
               }),
      gather_timer_(loop),
      presence_timer_(loop),
      lease_timer_(loop),
      check_timer_(loop),
      usage_(limits),
      report_timer_(loop) {}

Hub::~Hub() = default;

void Hub::start() {
  backends_.backplane().start(*this);
  check_rooms();
}

HubRoom* Hub::find(std::string_view room) {
  const auto place = rooms_.find(room);
  return place == rooms_.end() ? nullptr : place->second.get();
}

HubRoom& Hub::enter(const std::string& name) {
  const auto [place, is_new] = rooms_.try_emplace(name);
  if (is_new) {
    place->second = std::make_unique<HubRoom>(place->first, next_serial_++);
    place->second->members.resize(shards_.size());
    if (const auto departed = departed_.find(name); departed != departed_.end()) {
      place->second->people = std::move(departed->second);
      departed_.erase(departed);
    }
  }
  return *place->second;
}

/// Subscribe, then read: what is said in between arrives and is put behind what was read.
void Hub::open(HubRoom& room) {
  room.phase = HubRoom::Phase::opening;
  backends_.backplane().subscribe(room.name,
                                  for_room<LogState>(room, [this](HubRoom& r, const Result<LogState>& state) {
                                    if (!state) return fail_open(r, state.error());
                                    r.log.start(*state);
                                    load_presence(r);
                                  }));
}

void Hub::on_opened(HubRoom& room) {
  room.phase = HubRoom::Phase::open;
  repair(room);
  touch(room);
  for (auto& request : room.take(&HubRoom::Waiting::requests)) {
    std::visit([&](auto& mail) { serve(room, std::move(mail)); }, request);
  }
}

/// Who waited is refused and leaves, which closes the room; who comes before that opens it again.
void Hub::fail_open(HubRoom& room, const Failure& failure) {
  room.phase = HubRoom::Phase::closed;
  for (const auto& request : room.take(&HubRoom::Waiting::requests)) {
    std::visit([&](const auto& mail) { refuse(room, mail, failure); }, request);
  }
}

/// For who is in the room, or about to be: at once if it is open, else as soon as it is.
template <class Mail>
void Hub::serve_when_open(HubRoom* room, Mail& mail) {
  if (room == nullptr) return answer(mail.who, mail.id, Failure{ErrorCode::not_joined, "join the room first"});
  if (room->is_open()) return serve(*room, std::move(mail));
  if (room->phase == HubRoom::Phase::opening) {
    room->queue().requests.push_back(std::move(mail));
  } else {
    refuse(*room, mail, {ErrorCode::unavailable, "the join was refused"});
  }
}

void Hub::refuse(const HubRoom& room, const to_hub::Join& join, const Failure& failure) {
  shards_[join.who.shard]->post(to_shard::JoinRefused{join.who, join.id, room.name, failure});
}

template <class Mail>
void Hub::refuse(const HubRoom&, const Mail& mail, const Failure& failure) {
  answer(mail.who, mail.id, failure);
}

void Hub::close(HubRoom& room) {
  backends_.backplane().unsubscribe(room.name);
  rooms_.erase(rooms_.find(room.name));
}

void Hub::answer(SessionRef who, RequestId id, Event event) {
  shards_[who.shard]->post(to_shard::Answer{who, std::move(id), std::move(event)});
}

// ---- sending and reading ---------------------------------------------------------------------------------------

void Hub::handle(to_hub::Send& mail) {
  if (is_mutant("ack-before-append")) {
    const HubRoom* room = find(mail.append.room);
    if (room != nullptr)
      answer(mail.who, mail.id, Ack{room->name, {room->log.last().epoch, room->log.last().offset + 1}});
    mail.id.clear();
  }
  if (auto why = refusal(mail)) return answer(mail.who, mail.id, std::move(*why));
  const bool is_metered = mail.append.n > 0 && !usage_.is_off();
  const auto sender = is_metered ? key_of(mail.append) : KnownSenders::Key{0};
  append(std::move(mail.append), [this, who = mail.who, id = std::move(mail.id), is_metered, sender](
                                     const std::string& room, const Result<Appended>& appended) {
    if (!appended) return answer(who, id, appended.error());
    if (is_metered) known_senders_.add(sender);
    if (!id.empty()) answer(who, id, Ack{room, appended->position, appended->duplicate});
  });
}

/// Keeps what was acknowledged for a while, in case Redis loses it.
void Hub::append(Append append, std::function<void(const std::string& room, const Result<Appended>&)> done) {
  Append kept = append;
  backends_.backplane().append(std::move(append), [this, kept = std::move(kept),
                                                   done = std::move(done)](const Result<Appended>& appended) mutable {
    done(kept.room, appended);
    if (appended && appended->position.offset > 0) {
      journal_.add(std::move(kept), appended->position, clock_.now());
    }
  });
}

void Hub::handle(to_hub::ReadHistory& mail) { serve_when_open(find(mail.query.room), mail); }

void Hub::serve(HubRoom& room, const to_hub::ReadHistory& mail) {
  const Offset end = room.log.last().offset + 1;
  const Offset before = std::min(mail.query.before.value_or(end), end);
  const bool upwards = mail.query.after.has_value();
  const HistoryQuery query{mail.query.after.value_or(0), before, mail.query.limit, !upwards};
  read(room, query,
       [this, who = mail.who, id = mail.id, query, upwards](HubRoom& r, const Result<std::vector<Message>>& found) {
         if (!found) return answer(who, id, found.error());
         const Offset last = r.log.last().offset;
         const Offset first = found->empty() ? std::min(query.before, last + 1) : found->front().offset;
         if (query.limit == 0)
           return answer(who, id, Page{r.name, r.log.last().epoch, {}, upwards ? query.after < last : first > 1});
         const bool is_start = upwards ? first > query.after + 1 : found->size() < query.limit && first > 1;
         const bool more = !found->empty() && (upwards ? found->back().offset < last : first > 1 && !is_start);
         answer(who, id, Page{r.name, r.log.last().epoch, *found, more, is_start ? first : 0});
       });
}

void Hub::handle(to_hub::ListMembers& mail) { serve_when_open(find(mail.room), mail); }

void Hub::serve(const HubRoom& room, const to_hub::ListMembers& mail) {
  answer(mail.who, mail.id,
         Members{room.name, room.roster.version(), room.roster.members(limits::kPeopleListed), room.roster.count()});
}

void Hub::handle(to_hub::NotifyTyping& mail) {
  backends_.backplane().signal(mail.room, Signal::typing, mail.user.id + ' ' + mail.user.name);
}

// ---- what the backplane brings -----------------------------------------------------------------------------------

void Hub::on_published(std::string_view name, std::string_view epoch, Offset first,
                       std::span<const std::string_view> bodies) {
  HubRoom* room = find(name);
  if (room == nullptr) return;
  for (const auto body : bodies) {
    room->log.offer(epoch, {first++, decode_body(body)});
  }
  if (!room->is_open()) return;
  repair(*room);
  touch(*room);
}

void Hub::on_signal(std::string_view name, Signal kind, std::string_view payload) {
  HubRoom* room = find(name);
  if (room == nullptr) return;
  if (kind == Signal::typing) {
    const auto id = payload.substr(0, payload.find(' '));
    User from{std::string(id), std::string(payload.substr(std::min(payload.size(), id.size() + 1)))};
    if (!is_user_id(from.id) || !is_user_name(from.name)) return log_warn_rarely("junk_typing", {{"room", name}});
    std::string except = from.id;
    tell_room(*room, Typing{room->name, std::move(from)}, 0, std::move(except));
  } else if (kind == Signal::presence) {
    auto change = decode_presence_change(payload);
    if (!change) return log_warn_rarely("junk_presence", {{"room", name}, {"why", change.error().message}});
    if (!room->presence_loaded) {
      auto& changes = room->queue().changes;
      if (changes.size() < kMostChanges) return changes.push_back(std::move(*change));
      presence_doubtful_ = true;  // what is left out here stands in the store
      return log_warn_rarely("too_many_changes", {{"room", name}});
    }
    room->roster.apply(*change, clock_.now());
    presence_changed(*room);
  }
}

bool Hub::is_full() const {
  return std::any_of(shards_.begin(), shards_.end(), [](const ShardPort* shard) { return shard->is_congested(); });
}

/// Hands on what is due; the rest gathers a little longer.
void Hub::on_batch_end() {
  const Instant now = clock_.now();
  Instant next = Instant::max();
  std::erase_if(touched_, [&](const std::string& name) {
    HubRoom* room = find(name);
    if (room == nullptr) return true;
    const bool due = room->pace.is_due(now, room->log.deliverable_bytes());
    if (due) {
      room->touched = false;
      publish_deliverable(*room);
    } else {
      next = std::min(next, room->pace.due());
    }
    return due;
  });
  if (touched_.empty() || std::exchange(gathering_, true)) return;
  gather_timer_.expires_after(next - now);
  gather_timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    gathering_ = false;
    on_batch_end();
  });
}

void Hub::touch(HubRoom& room) {
  if (std::exchange(room.touched, true)) return;
  touched_.push_back(room.name);
}

SharedBytes Hub::encode_batch(const HubRoom& room, Format format, const std::vector<Message>& messages) {
  thread_local std::string bytes;
  bytes.clear();
  for (const auto& message : messages) {
    append_frame(format, {}, Published{room.name, room.log.last().epoch, &message}, bytes);
  }
  return SharedBytes(bytes);
}

/// One batch: all that became deliverable in this room, framed once for each format, for all shards.
void Hub::publish_deliverable(HubRoom& room) {
  if (const auto first = room.log.take_trimmed()) {
    log_warn_rarely("history_trimmed", {{"room", room.name}, {"first", *first}});
    tell_room(room, Reset{room.name, room.log.last().epoch, "trimmed"}, 1);
  }
  const std::size_t bytes = room.log.deliverable_bytes();
  const auto messages = room.log.take_deliverable();
  if (messages.empty()) return;
  room.pace.left(clock_.now(), messages.size());
  const to_shard::ToRoom batch{room.name,
                               room.in_each_format([&](Format format) { return encode_batch(room, format, messages); }),
                               messages.size(),
                               {}};
  for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
    if (room.members[shard] > 0) shards_[shard]->post(batch, bytes);
  }
}

void Hub::tell_room(HubRoom& room, const Event& event, std::size_t messages, std::string except_user) {
  const to_shard::ToRoom mail{room.name,
                              room.in_each_format([&](Format format) { return make_frame(format, {}, event); }),
                              messages, std::move(except_user)};
  for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
    if (room.members[shard] > 0) shards_[shard]->post(mail);
  }
}

}  // namespace chat
