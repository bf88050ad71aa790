#include "protocols/socketio/client_places.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/codec/websocket_framing.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"
#include "protocols/socketio/codec.hpp"
#include "protocols/socketio/limits.hpp"

namespace chat {
namespace {

/// The frames with another place in each message: `place(own, out)` appends it. `own` is that in the message's room.
template <class Place>
SharedBytes with_places(std::string_view frames, Place place) {
  thread_local std::string out, text;
  out.clear();
  while (!frames.empty()) {
    const auto payload = take_websocket_payload(frames);
    const auto marked = marked_message(payload);
    if (!marked) {
      append_websocket_frame(out, Opcode::text, payload);
      continue;
    }
    text = ",\"";
    place(marked->mark, text);
    text += "\"]";
    append_websocket_head(out, Opcode::text, marked->start.size() + text.size());
    (out += marked->start) += text;
  }
  return SharedBytes(out);
}

bool has_message(std::string_view frames) { return marked_message(take_websocket_payload(frames)).has_value(); }

/// The places of a session in its other rooms, before and behind that in one room.
class OtherPlaces {
 public:
  explicit OtherPlaces(const Memberships& memberships) : memberships_(memberships) {}

  void append(std::string_view own, std::string& out) {
    const auto room = own.substr(0, own.find(':'));
    if (room != room_) look(room);
    if (count_ > limits::kRecoverableRooms) {
      out += '-';
    } else {
      ((out += before_) += own) += after_;
    }
  }

 private:
  void look(std::string_view own) {
    room_ = own;
    before_.clear();
    after_.clear();
    count_ = 1;
    bool is_behind = false;
    memberships_.each_room([&](const LocalRoom& room, std::optional<Offset> replayed) {
      if (room.name == own) {
        is_behind = true;
        return;
      }
      ++count_;
      std::string& side = is_behind ? after_ += ';' : before_;
      Cursors::append_text(side, room.name, room.last.epoch, replayed.value_or(room.last.offset));
      if (!is_behind) side += ';';
    });
  }

  const Memberships& memberships_;
  std::string room_, before_, after_;
  std::size_t count_ = 0;
};

/// The last frames of this thread that got their places, for further members of the same rooms.
class LastFrames {
 public:
  /// nullptr: no session in the same rooms has got them, or this one catches up in one of its rooms.
  const SharedBytes* find(const SharedBytes& from, const Memberships& memberships) const {
    const auto known = std::find_if(all_.begin(), all_.end(), [&](const Rewritten& one) {
      return one.from.view().data() == from.view().data() && one.is_for(memberships);
    });
    return known == all_.end() ? nullptr : &known->to;
  }
  void add(const SharedBytes& from, const SharedBytes& to, const Memberships& memberships) {
    Rewritten one{from, to, {}};
    memberships.each_room([&one](const LocalRoom& room, std::optional<Offset>) { one.rooms.push_back(&room); });
    if (one.is_for(memberships)) all_[next_++ % all_.size()] = std::move(one);
  }

 private:
  struct Rewritten {
    SharedBytes from, to;
    std::vector<const LocalRoom*> rooms;

    bool is_for(const Memberships& memberships) const {
      auto room = rooms.begin();
      bool is = true;
      memberships.each_room([&](const LocalRoom& own, std::optional<Offset> replayed) {
        is = is && !replayed && room != rooms.end() && *room++ == &own;
      });
      return is && room == rooms.end();
    }
  };
  std::array<Rewritten, 4> all_;
  std::size_t next_ = 0;
};

LastFrames& last_frames() {
  static thread_local LastFrames frames;
  return frames;
}

}  // namespace

std::string place_of(Session& session) {
  Cursors cursors;
  session.memberships().each_room([&](const LocalRoom& room, std::optional<Offset> replayed) {
    cursors.set(room.name, {room.last.epoch, replayed.value_or(room.last.offset)});
  });
  return cursors.text();
}

void divert_frames_of_rooms(Session& session, bool joins) {
  session.divert_frames(has_recovery(session.format()) && (joins || session.memberships().count() > 1));
}

bool queue_with_places(Session& session, const SharedBytes& frame, bool ephemeral) {
  if (ephemeral) return session.queue(frame, true);
  auto& last = last_frames();
  if (const auto* const known = last.find(frame, session.memberships())) return session.queue(*known, false);
  if (!has_message(frame.view())) return session.queue(frame, false);
  OtherPlaces others(session.memberships());
  const auto rewritten =
      with_places(frame.view(), [&others](std::string_view own, std::string& out) { others.append(own, out); });
  last.add(frame, rewritten, session.memberships());
  return session.queue(rewritten, false);
}

bool queue_with_places(Session& session, const SharedBytes& frame, Cursors& at) {
  if (!has_message(frame.view())) return session.queue(frame, false);
  const auto place = [&at](std::string_view own, std::string& out) {
    const auto cursors = Cursors::parse(own);
    if (cursors && cursors->all().size() == 1) at.set(cursors->all()[0].room, cursors->all()[0].at);
    out += at.text();
  };
  return session.queue(with_places(frame.view(), place), false);
}

}  // namespace chat
