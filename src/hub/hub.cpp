#include "chat/hub/hub.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/assert.hpp"
#include "chat/base/log.hpp"
#include "chat/base/mutant.hpp"
#include "chat/hub/shard.hpp"
#include "hub/hub_room.hpp"

namespace chat {
namespace {

constexpr Offset kEnd = std::numeric_limits<Offset>::max();
constexpr Milliseconds kPresencePause{100};  // changes within it leave together
constexpr Seconds kCheckEvery{1};
constexpr std::size_t kCheckRounds = 10;

}  // namespace

Hub::Hub(boost::asio::io_context& loop, Backends& backends, NodeInstance instance, const Clock& clock)
    : loop_(loop),
      backends_(backends),
      instance_(std::move(instance)),
      clock_(clock),
      mailbox_(loop,
               [this](std::vector<HubMail>& batch) {
                 for (auto& mail : batch) std::visit([this](auto& m) { handle(m); }, mail);
               }),
      presence_timer_(loop),
      lease_timer_(loop),
      check_timer_(loop) {}

Hub::~Hub() = default;

void Hub::start() {
  backends_.backplane().start(*this);
  check_rooms();
}

template <class Value, class Action>
Completion<Value> Hub::for_room(const HubRoom& room, Action action) {
  return [this, name = room.name, serial = room.serial, action = std::move(action)](Result<Value> result) {
    HubRoom* found = find(name);
    if (found != nullptr && found->serial == serial) action(*found, result);
  };
}

HubRoom* Hub::find(std::string_view room) {
  const auto place = rooms_.find(room);
  return place == rooms_.end() ? nullptr : place->second.get();
}

HubRoom& Hub::enter(const std::string& name) {
  auto& room = rooms_[name];
  if (!room) {
    room = std::make_unique<HubRoom>();
    room->name = name;
    room->serial = next_serial_++;
    room->members.resize(shards_.size());
  }
  return *room;
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
  for (auto& join : std::exchange(room.waiting, {})) admit(room, std::move(join));
}

/// Who waited is refused and leaves, which closes the room; who comes before that opens it again.
void Hub::fail_open(HubRoom& room, const Failure& failure) {
  room.phase = HubRoom::Phase::closed;
  for (auto& join : std::exchange(room.waiting, {})) refuse(room, join, failure);
}

void Hub::refuse(const HubRoom& room, const to_hub::Join& join, const Failure& failure) {
  shards_[join.who.shard]->post(to_shard::JoinRefused{join.who, join.id, room.name, failure});
}

void Hub::close(HubRoom& room) {
  backends_.backplane().unsubscribe(room.name);
  rooms_.erase(rooms_.find(room.name));
}

void Hub::answer(SessionRef who, RequestId id, Event event) {
  shards_[who.shard]->post(to_shard::Answer{who, std::move(id), std::move(event)});
}

// ---- joining and leaving ---------------------------------------------------------------------------------------

void Hub::handle(to_hub::Join& mail) {
  HubRoom& room = enter(mail.join.room);
  if (!mail.again) {
    ++room.members[mail.who.shard];
    person_entered(room, mail.user);
  }
  if (room.is_open()) return admit(room, std::move(mail));
  room.waiting.push_back(std::move(mail));
  if (room.phase == HubRoom::Phase::closed) open(room);
}

void Hub::admit(HubRoom& room, to_hub::Join join) {
  const Standing standing =
      join.join.cursor ? compare(*join.join.cursor, room.log.state()) : Standing{Standing::Kind::unknown};
  if (standing.kind == Standing::Kind::unknown) return begin_anew(room, std::move(join), "wiped");
  resume(room, std::move(join), standing);
}

/// From the cursor on, in pages: the first in the answer, the others as the client takes them.
void Hub::resume(HubRoom& room, to_hub::Join join, Standing standing) {
  const HistoryQuery query{standing.offset, kEnd, limits::kReplayMessages, false};
  read(room, query,
       [this, join = std::move(join), standing](HubRoom& r, const Result<std::vector<Message>>& found) mutable {
         if (!found) return refuse(r, join, found.error());
         const bool whole =
             found->empty() ? standing.offset >= r.log.last().offset : found->front().offset == standing.offset + 1;
         if (!whole) return begin_anew(r, std::move(join), "trimmed");
         std::vector<Event> before;
         const Position start{r.log.last().epoch, standing.offset};
         if (standing.kind == Standing::Kind::rewound) before.emplace_back(Rewound{r.name, start});
         answer_join(r, join, std::move(before), true, *found, standing.offset);
       });
}

/// The newest messages; a client that had a cursor is told why it is not continued.
void Hub::begin_anew(HubRoom& room, to_hub::Join join, std::string_view reason) {
  const HistoryQuery query{0, kEnd, join.join.history, true};
  read(room, query, [this, join = std::move(join), reason](HubRoom& r, const Result<std::vector<Message>>& found) {
    if (!found) return refuse(r, join, found.error());
    std::vector<Event> before;
    if (join.join.cursor) before.emplace_back(Reset{r.name, r.log.last().epoch, reason});
    answer_join(r, join, std::move(before), false, *found, r.log.last().offset);
  });
}

/// When the messages end at the last one that was published to the members, the newcomer goes on with them without a
/// seam; else a replay follows.
void Hub::answer_join(HubRoom& room, const to_hub::Join& join, std::vector<Event> before, bool recovered,
                      std::vector<Message> messages, Offset start) {
  const Offset end = messages.empty() ? start : messages.back().offset;
  const std::size_t self = room.roster.contains(join.user.id) ? 0 : 1;
  shards_[join.who.shard]->post(to_shard::Admitted{
      join.who, join.id, std::move(before),
      Joined{room.name, {room.log.last().epoch, end}, recovered, std::move(messages), room.roster.count() + self},
      end < room.log.last().offset});
}

void Hub::handle(to_hub::ContinueReplay& mail) {
  HubRoom* room = find(mail.room);
  if (room == nullptr) return;
  const HistoryQuery query{mail.after, kEnd, limits::kReplayMessages, false};
  read(*room, query, [this, mail](HubRoom& r, const Result<std::vector<Message>>& found) {
    to_shard::Replayed page{mail.who, r.name, {}, mail.after, false};
    if (!found) {
      stalled_replays_.push_back(mail);  // the store is away: check_rooms() tries again
      return;
    }
    if (!found->empty()) {
      if (found->front().offset != mail.after + 1) {
        answer(mail.who, {}, Reset{r.name, r.log.last().epoch, "trimmed"});
      }
      page.end = found->back().offset;
      page.frames = encode_batch(r, *found);
    }
    page.last = page.end == r.log.last().offset || found->empty();
    shards_[mail.who.shard]->post(std::move(page));
  });
}

/// Messages of a range up to what has been published, from memory where possible, else from the store.
void Hub::read(HubRoom& room, HistoryQuery query, MessagesFound found) {
  publish_deliverable(room);
  if (auto messages = room.log.remembered(query.after, query.before, query.limit, query.newest)) {
    return found(room, std::move(*messages));
  }
  backends_.backplane().history(
      room.name, query,
      for_room<std::vector<Message>>(
          room, [this, query, found = std::move(found)](HubRoom& r, Result<std::vector<Message>> messages) {
            publish_deliverable(r);
            if (!messages) return found(r, messages);
            if (!join_published(r, query, *messages)) return read(r, query, found);
            found(r, messages);
          }));
}

/// Makes what was read from the store end where the published messages do, which may have gone on meanwhile. False when
/// it does not reach to what is remembered of them any more.
bool Hub::join_published(HubRoom& room, const HistoryQuery& query, std::vector<Message>& messages) {
  const Offset last = room.log.last().offset;
  std::erase_if(messages, [last](const Message& message) { return message.offset > last; });
  const bool is_cut = !query.newest && messages.size() >= query.limit;
  if (messages.empty() || is_cut || query.before <= last) return true;
  const auto rest = room.log.remembered(messages.back().offset, kEnd, std::numeric_limits<std::uint32_t>::max(), false);
  if (!rest) return false;
  messages.insert(messages.end(), rest->begin(), rest->end());
  room.log.remember_older(messages);
  return true;
}

void Hub::handle(to_hub::Leave& mail) {
  HubRoom* room = find(mail.room);
  if (room == nullptr) return;
  std::erase_if(room->waiting, [&](const to_hub::Join& join) {
    if (join.who != mail.who) return false;
    answer(join.who, join.id, Failure{ErrorCode::not_joined, "the room was left before the join was done"});
    return true;
  });
  CHAT_ASSERT(room->members[mail.who.shard] > 0);
  --room->members[mail.who.shard];
  person_left(*room, mail.user);
  if (room->member_count() > 0) return;
  flush_presence();  // tell the others before the room is forgotten here
  close(*room);
}

// ---- sending and reading ---------------------------------------------------------------------------------------

void Hub::handle(to_hub::Send& mail) {
  if (is_mutant("ack-before-append")) {
    const HubRoom* room = find(mail.append.room);
    if (room != nullptr)
      answer(mail.who, mail.id, Ack{room->name, {room->log.last().epoch, room->log.last().offset + 1}});
    mail.id.clear();
  }
  append(std::move(mail.append),
         [this, who = mail.who, id = std::move(mail.id)](const std::string& room, const Result<Appended>& appended) {
           if (!appended) return answer(who, id, appended.error());
           ++messages_in_;
           if (!id.empty()) answer(who, id, Ack{room, appended->position, appended->duplicate});
         });
}

/// Keeps what was acknowledged for a while, in case Redis loses it.
void Hub::append(Append append, std::function<void(const std::string& room, const Result<Appended>&)> done) {
  Append kept = append;
  backends_.backplane().append(
      std::move(append), [this, kept = std::move(kept), done = std::move(done)](const Result<Appended>& appended) {
        done(kept.room, appended);
        if (appended && appended->position.offset > 0) journal_.add(kept, appended->position, clock_.now());
      });
}

void Hub::handle(to_hub::ReadHistory& mail) {
  HubRoom* room = find(mail.query.room);
  if (room == nullptr || !room->is_open()) {
    return answer(mail.who, mail.id, Failure{ErrorCode::not_joined, "join the room first"});
  }
  const Offset before = std::min(mail.query.before.value_or(room->log.last().offset + 1), room->log.last().offset + 1);
  const HistoryQuery query{0, before, mail.query.limit, true};
  read(*room, query, [this, who = mail.who, id = mail.id](HubRoom& r, const Result<std::vector<Message>>& found) {
    if (!found) return answer(who, id, found.error());
    const bool more = !found->empty() && found->front().offset > 1;
    answer(who, id, Page{r.name, r.log.last().epoch, *found, more});
  });
}

void Hub::handle(to_hub::ListMembers& mail) {
  HubRoom* room = find(mail.room);
  if (room == nullptr || !room->is_open()) {
    return answer(mail.who, mail.id, Failure{ErrorCode::not_joined, "join the room first"});
  }
  answer(
      mail.who, mail.id,
      Members{room->name, room->roster.version(), room->roster.members(limits::kPeopleListed), room->roster.count()});
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
    const auto blank = payload.find(' ');
    if (blank == std::string_view::npos) return;
    User from{std::string(payload.substr(0, blank)), std::string(payload.substr(blank + 1))};
    std::string except = from.id;
    tell_room(*room, Typing{room->name, std::move(from)}, 0, std::move(except));
  } else if (kind == Signal::presence) {
    auto change = decode_presence_change(payload);
    if (!change) return log_warn("presence_unreadable", {{"room", name}, {"why", change.error().message}});
    if (!room->presence_loaded) {
      room->early_changes.push_back(std::move(*change));
      return;
    }
    room->roster.apply(*change, clock_.now());
    presence_changed(*room);
  }
}

void Hub::on_batch_end() {
  for (const auto& name : std::exchange(touched_, {})) {
    if (HubRoom* room = find(name)) {
      room->touched = false;
      publish_deliverable(*room);
    }
  }
}

void Hub::touch(HubRoom& room) {
  if (std::exchange(room.touched, true)) return;
  touched_.push_back(room.name);
}

PerFormat<SharedBytes> Hub::encode_batch(const HubRoom& room, const std::vector<Message>& messages) const {
  PerFormat<SharedBytes> frames;
  for (std::size_t format = 0; format < kFormats; ++format) {
    thread_local std::string bytes;
    bytes.clear();
    for (const auto& message : messages) {
      append_frame(Format(format), {}, Published{room.name, room.log.last().epoch, &message}, bytes);
    }
    frames[format] = SharedBytes(bytes);
  }
  return frames;
}

/// One batch: all that became deliverable in this room, framed once for each format, for all shards.
void Hub::publish_deliverable(HubRoom& room) {
  if (const auto first = room.log.take_trimmed()) {
    log_warn("history_trimmed", {{"room", room.name}, {"first", *first}});
    tell_room(room, Reset{room.name, room.log.last().epoch, "trimmed"}, 1);
  }
  const auto messages = room.log.take_deliverable();
  if (messages.empty()) return;
  const to_shard::ToRoom batch{room.name, encode_batch(room, messages), messages.size(), {}};
  for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
    if (room.members[shard] > 0) shards_[shard]->post(batch);
  }
}

void Hub::tell_room(HubRoom& room, const Event& event, std::size_t messages, std::string except_user) {
  to_shard::ToRoom mail{room.name, {}, messages, std::move(except_user)};
  for (std::size_t format = 0; format < kFormats; ++format) mail.frames[format] = make_frame(Format(format), {}, event);
  for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
    if (room.members[shard] > 0) shards_[shard]->post(mail);
  }
}

// ---- holes and interruptions -------------------------------------------------------------------------------------

/// Starts whatever read of the store the log needs next; one at a time.
void Hub::repair(HubRoom& room) {
  if (room.repairing || !available_) return;
  if (room.log.has_unknown_epoch()) {
    reconcile(room);
  } else if (room.log.has_hole() || room.log.is_behind()) {
    refill(room);
  }
}

void Hub::refill(HubRoom& room) {
  if (is_mutant("refill-off")) {
    room.log.refill({});
    room.log.take_trimmed();
    return publish_deliverable(room);
  }
  room.repairing = true;
  const HistoryQuery query{room.log.last().offset, kEnd, limits::kPageMessages, false};
  backends_.backplane().history(
      room.name, query,
      for_room<std::vector<Message>>(room, [this](HubRoom& r, const Result<std::vector<Message>>& messages) {
        r.repairing = false;
        if (!messages) return;  // on_available() begins again
        log_info("refilled", {{"room", r.name}, {"messages", messages->size()}});
        r.log.refill(*messages);
        publish_deliverable(r);
        repair(r);
      }));
}

void Hub::reconcile(HubRoom& room) {
  if (is_mutant("no-position-check")) return;
  room.repairing = true;
  backends_.backplane().state(room.name, for_room<LogState>(room, [this](HubRoom& r, const Result<LogState>& state) {
                                r.repairing = false;
                                if (!state) return;
                                publish_deliverable(r);
                                const Standing standing = r.log.reconcile(*state);
                                if (standing.kind == Standing::Kind::rewound) {
                                  log_warn("log_rewound", {{"room", r.name}, {"to", standing.offset}});
                                  tell_room(r, Rewound{r.name, {state->top.epoch, standing.offset}}, 1);
                                } else if (standing.kind == Standing::Kind::unknown) {
                                  log_warn("log_wiped", {{"room", r.name}});
                                  tell_room(r, Reset{r.name, state->top.epoch, "wiped"}, 1);
                                }
                                publish_deliverable(r);
                                repair(r);
                              }));
}

/// Appends again what was acknowledged and is not in the log any more: Redis came back without its last second. Who
/// sends next in the meantime is told where to go on by the sender's count, so nothing overtakes what is missing.
void Hub::restore_lost() {
  for (const auto& name : journal_.rooms()) {
    backends_.backplane().state(name, [this, name](const Result<LogState>& state) {
      if (!state) return;
      for (auto& [lost, position] : journal_.take_lost(name, *state)) {
        log_warn("restoring", {{"room", name}, {"sender", lost.sender}, {"n", lost.n}});
        append(lost, [this, lost, position](const std::string&, const Result<Appended>& appended) {
          const bool later = !appended && is_temporary(appended.error().code);
          if (later) journal_.add(lost, position, clock_.now());  // the store is away again
        });
      }
    });
  }
}

void Hub::on_available(bool available) {
  available_ = available;
  log_info(available ? "backplane_up" : "backplane_down", {{"rooms", rooms_.size()}});
  if (was_available_) {
    to_shard::ToAll mail;
    for (std::size_t format = 0; format < kFormats; ++format) {
      mail.frames[format] = make_frame(Format(format), {}, Degraded{available});
    }
    for (Shard* shard : shards_) shard->post(mail);
  }
  was_available_ = true;
  if (!available) return;
  restore_lost();
  last_renewal_ = {};
  renew_lease();
  for (auto& [name, room] : rooms_) {
    if (room->is_open() && !room->repairing) reconcile(*room);
  }
  resync_presence();
}

/// The last message before a silence may be the one that was missed: nothing that follows shows the hole. So a tenth of
/// the rooms is compared with the store each second; a top that was ahead twice is refilled.
void Hub::check_rooms() {
  if (available_) {
    journal_.expire(clock_.now());
    for (auto& replay : std::exchange(stalled_replays_, {})) handle(replay);
    const std::size_t buckets = rooms_.bucket_count();
    const std::size_t begin = buckets * check_round_ / kCheckRounds, end = buckets * (check_round_ + 1) / kCheckRounds;
    for (std::size_t bucket = begin; bucket < end; ++bucket) {
      for (auto room = rooms_.begin(bucket); room != rooms_.end(bucket); ++room) check(*room->second);
    }
    check_round_ = (check_round_ + 1) % kCheckRounds;
  }
  check_timer_.expires_after(kCheckEvery);
  check_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) check_rooms();
  });
}

void Hub::check(HubRoom& room) {
  if (!room.is_open() || room.repairing || is_mutant("no-position-check")) return;
  backends_.backplane().top(
      room.name, for_room<Position>(room, [this](HubRoom& r, const Result<Position>& top) {
        if (!top || r.repairing) return;
        const Position& last = r.log.last();
        const Offset ahead = std::exchange(r.seen_ahead, top->offset > last.offset ? top->offset : 0);
        if (top->epoch != last.epoch) {
          reconcile(r);
        } else if (ahead > last.offset) {
          log_warn("silent_hole", {{"room", r.name}, {"after", last.offset}, {"top", top->offset}});
          refill(r);
        }
      }));
}

// ---- presence ----------------------------------------------------------------------------------------------------

void Hub::person_entered(HubRoom& room, const User& user) {
  auto& local = room.people[user.id];
  const bool news = local.tabs++ == 0 || local.user.name != user.name;
  local.user = user;
  if (!news) return;
  room.changed_people[user.id] = user;
  presence_changed(room);
}

void Hub::person_left(HubRoom& room, const User& user) {
  const auto place = room.people.find(user.id);
  CHAT_ASSERT(place != room.people.end());
  if (--place->second.tabs > 0) return;
  room.people.erase(place);
  room.changed_people[user.id] = std::nullopt;
  presence_changed(room);
}

void Hub::handle(to_hub::Rename& mail) {
  HubRoom* room = find(mail.room);
  if (room == nullptr) return;
  const auto place = room->people.find(mail.user.id);
  if (place == room->people.end() || place->second.user.name == mail.user.name) return;
  place->second.user = mail.user;
  room->changed_people[mail.user.id] = mail.user;
  presence_changed(*room);
}

void Hub::presence_changed(HubRoom& room) {
  if (std::exchange(room.presence_touched, true)) return;
  presence_changed_.push_back(room.name);
  if (presence_changed_.size() > 1) return;
  presence_timer_.expires_after(kPresencePause);
  presence_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) flush_presence();
  });
}

/// Tells the other nodes what changed here, and the members what changed anywhere. This node's own changes come back
/// through the backplane like everybody's.
void Hub::flush_presence() {
  for (const auto& name : std::exchange(presence_changed_, {})) {
    HubRoom* room = find(name);
    if (room == nullptr) continue;
    room->presence_touched = false;
    PresenceChange change{instance_, {}, {}};
    for (auto& [id, user] : std::exchange(room->changed_people, {})) {
      if (user) {
        change.joined.push_back(std::move(*user));
      } else {
        change.left.push_back(id);
      }
    }
    if (!change.joined.empty() || !change.left.empty()) backends_.presence().change(name, change);
    if (auto changes = room->roster.take_changes(clock_.now())) {
      changes->room = name;
      tell_room(*room, *changes);
    }
    if (room->roster.is_waiting()) presence_changed(*room);
  }
}

void Hub::load_presence(HubRoom& room) {
  room.presence_loaded = false;
  backends_.presence().load(
      room.name,
      for_room<std::vector<PresenceRow>>(room, [this](HubRoom& r, const Result<std::vector<PresenceRow>>& rows) {
        if (rows) r.roster.load(*rows, clock_.now());
        r.presence_loaded = true;
        PresenceChange own{instance_, {}, {}};  // whatever the store knows of us, we know better
        for (const auto& [id, local] : r.people) own.joined.push_back(local.user);
        r.roster.apply(own, clock_.now());
        for (const auto& change : std::exchange(r.early_changes, {})) r.roster.apply(change, clock_.now());
        if (!r.is_open()) {
          r.roster.take_changes(clock_.now());  // whoever is here already is no news to those who come now
          return on_opened(r);
        }
        presence_changed(r);
      }));
}

/// Tells the store and the other nodes anew who is here, and learns who is there: after an interruption, or after a
/// stall in which others have taken this node for dead.
void Hub::resync_presence() {
  for (auto& [name, room] : rooms_) {
    if (!room->is_open()) continue;
    for (const auto& [id, local] : room->people) room->changed_people[id] = local.user;
    presence_changed(*room);
    load_presence(*room);
  }
}

void Hub::renew_lease() {
  const Instant now = clock_.now();
  if (last_renewal_ != Instant{} && now - last_renewal_ > PresenceStore::kLease) {
    log_warn("stalled", {{"ms", std::chrono::duration_cast<Milliseconds>(now - last_renewal_).count()}});
    resync_presence();
  }
  last_renewal_ = now;
  backends_.presence().renew(instance_, [this](const Result<std::vector<NodeInstance>>& alive) {
    if (!alive) return;
    for (auto& [name, room] : rooms_) {
      for (const auto& instance : std::vector(room->roster.instances())) {
        if (instance.empty() || instance == instance_) continue;
        if (std::find(alive->begin(), alive->end(), instance) != alive->end()) continue;
        room->roster.drop_instance(instance);
        presence_changed(*room);
      }
    }
  });
  lease_timer_.expires_after(PresenceStore::kRenewEvery);
  lease_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) renew_lease();
  });
}

void Hub::resign() {
  lease_timer_.cancel();
  check_timer_.cancel();
  flush_presence();
  backends_.presence().resign(instance_);
}

}  // namespace chat
