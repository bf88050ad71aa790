#include <algorithm>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/base/metrics.hpp"
#include "chat/core/derived_id.hpp"
#include "chat/core/names.hpp"
#include "chat/core/notice.hpp"
#include "chat/protocols/socketio_emitter.hpp"
#include "chat/sessions/session.hpp"
#include "protocols/socketio/emitter_packet.hpp"

namespace chat {
namespace {

using PacketKind = EmitterPacket::Kind;

Counter carried_out{"chat_emitter_packets_total", "Packets of @socket.io/redis-emitter that this node has carried out"};
Counter refusals{"chat_emitter_refusals_total", "Packets of @socket.io/redis-emitter that could not be read"};

constexpr CloseReason kEnded{CloseCode::disconnected, "the application has ended this session"};

constexpr std::string_view kUser = "user:";

/// A name is a user's or a room's, never both: anybody may join a room that is called as another user, and choose a
/// user's name that is a closed room's.
struct Targets {
  std::vector<std::string> users, rooms;

  explicit Targets(const std::vector<std::string>& names) {
    for (const auto& name : names) {
      if (name.starts_with(kUser)) {
        users.push_back(name.substr(kUser.size()));
      } else if (is_derived_id(name)) {
        users.push_back(name);
      } else {
        rooms.push_back(room_of_group(name));
      }
    }
  }
  bool have(Session& session) const {
    const auto& memberships = session.memberships();
    return std::find(users.begin(), users.end(), session.person().user_id()) != users.end() ||
           std::any_of(rooms.begin(), rooms.end(),
                       [&](const auto& room) { return memberships.position(room).has_value(); });
  }
};

struct Order {
  EmitterPacket packet;
  Targets to, except;
  std::shared_ptr<std::atomic<std::size_t>> under_way;
  ~Order() { --*under_way; }
};

bool concerns(const Order& order, Session& session) {
  if (session.is_closing() || !session.person().is_greeted()) return false;
  return (order.packet.to.empty() || order.to.have(session)) && !order.except.have(session);
}

void obey(const EmitterPacket& packet, Session& session) {
  switch (packet.kind) {
    case PacketKind::emit:
      session.send({}, Notice{{}, packet.event, packet.arguments});
      return;
    case PacketKind::disconnect:
      return session.close(kEnded);
    case PacketKind::join:
    case PacketKind::leave:
      for (const auto& name : packet.rooms) {
        const std::string room = room_of_group(name);
        Command join = Join{room, {}};
        packet.kind == PacketKind::join
            ? session.handle({}, join)
            : session.memberships().remove(session, room, "the application has taken you out of this room");
      }
  }
}

}  // namespace

SocketIOEmitter::SocketIOEmitter(std::string prefix, ForEachSession for_each_session)
    : prefix_(std::move(prefix)), for_each_session_(std::move(for_each_session)) {}

std::vector<std::string> SocketIOEmitter::patterns() const { return {prefix_ + "#/#*", prefix_ + "-request#/#"}; }

void SocketIOEmitter::on_message(std::string_view channel, std::string_view payload) {
  const bool is_request = channel.starts_with(prefix_ + "-request#");
  auto packet = is_request ? read_adapter_request(payload) : read_broadcast(payload);
  if (!packet) {
    refusals.add();
    return log_warn_rarely("emitter_packet_dropped", {{"why", packet.error().message}});
  }
  carried_out.add();
  ++*under_way_;
  Targets to(packet->to), except(packet->except);
  const std::shared_ptr<const Order> order(new Order{*std::move(packet), std::move(to), std::move(except), under_way_});
  for_each_session_([order](Session& session) {
    if (concerns(*order, session)) obey(order->packet, session);
  });
}

bool is_emitter_prefix(std::string_view prefix) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:";
  return !prefix.empty() && prefix.size() <= 64 && prefix.find_first_not_of(kPlain) == std::string_view::npos;
}

}  // namespace chat
