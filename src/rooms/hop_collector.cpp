#include "chat/rooms/hop_collector.hpp"

#include <algorithm>

#include "chat/base/metrics.hpp"
#include "chat/core/trace_mark.hpp"

namespace chat {
namespace {

Counter dropped{"chat_trace_deliveries_dropped_total", "Traced messages whose way through this node is not reported"};

}  // namespace

/// null: the message is not traced, or there are too many.
HopCollector::Pending* HopCollector::follow(std::string_view room, Offset offset, std::string_view body, UnixUs now) {
  const auto trace = trace_of(body);
  if (trace.empty()) return nullptr;
  Key key{std::string(room), offset};
  if (const auto known = pending_.find(key); known != pending_.end()) return &known->second;
  if (pending_.size() >= kMax) {
    dropped.add();
    return nullptr;
  }
  Pending& pending = pending_[std::move(key)];
  pending.delivery.room = room;
  pending.delivery.position.offset = offset;
  pending.delivery.trace = trace;
  pending.since = now;
  return &pending;
}

/// A repetition does not change when the message was heard first.
void HopCollector::heard(std::string_view room, Offset first, std::span<const std::string_view> bodies, UnixUs now) {
  for (const auto body : bodies) {
    Pending* const pending = follow(room, first++, body, now);
    if (pending != nullptr && pending->delivery.heard == 0) pending->delivery.heard = now;
  }
}

void HopCollector::framed(const std::string& room, std::string_view epoch, const std::vector<Message>& messages,
                          std::size_t shards, UnixUs now) {
  for (const auto& message : messages) {
    Pending* const pending = follow(room, message.offset, message.body.view(), now);
    if (pending == nullptr || pending->is_framed) continue;
    pending->is_framed = true;
    pending->delivery.position.epoch = epoch;
    pending->delivery.framed = now;
    pending->shards = shards;
    if (shards > 0) continue;
    done_(pending->delivery);
    pending_.erase({room, message.offset});
  }
}

void HopCollector::written(const WrittenBatch& batch) {
  auto place = pending_.lower_bound({batch.room, batch.first});
  while (place != pending_.end() && place->first.first == batch.room && place->first.second <= batch.last) {
    Pending& pending = place->second;
    Delivery& delivery = pending.delivery;
    if (!pending.is_framed) {
      ++place;
      continue;
    }
    delivery.written = std::max(delivery.written, batch.at);
    delivery.sockets += batch.sockets;
    delivery.laggards += batch.laggards;
    if (--pending.shards > 0) {
      ++place;
      continue;
    }
    done_(delivery);
    place = pending_.erase(place);
  }
}

void HopCollector::expire(UnixUs now) {
  for (auto place = pending_.begin(); place != pending_.end();) {
    Pending& pending = place->second;
    if (now - pending.since < kPatience) {
      ++place;
      continue;
    }
    pending.delivery.is_complete = false;
    pending.is_framed ? done_(pending.delivery) : dropped.add();
    place = pending_.erase(place);
  }
}

}  // namespace chat
