#include "protocols/socketio/cursors.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "chat/base/json_text.hpp"
#include "chat/core/names.hpp"
#include "protocols/socketio/limits.hpp"

namespace chat {
namespace {

std::string_view take_until(std::string_view& text, char end) {
  const auto part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

std::optional<Offset> offset_in(std::string_view text) {
  Offset offset = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
  const bool is_good = error == std::errc{} && end == text.data() + text.size() && offset <= kLastOffset;
  return is_good ? std::optional(offset) : std::nullopt;
}

}  // namespace

void Cursors::append_text(std::string& out, std::string_view room, std::string_view epoch, Offset offset) {
  (((out += room) += ':') += epoch) += ':';
  append_number(out, offset);
}

std::string Cursors::text() const {
  if (all_.size() > limits::kRecoverableRooms) return "-";
  std::string text;
  for (const auto& [room, at] : all_) append_text(text += text.empty() ? "" : ";", room, at.epoch, at.offset);
  return text;
}

std::optional<Cursors> Cursors::parse(std::string_view text) {
  Cursors cursors;
  while (!text.empty()) {
    auto one = take_until(text, ';');
    const auto room = take_until(one, ':'), epoch = take_until(one, ':');
    const auto offset = offset_in(one);
    const bool is_position = is_epoch(epoch) || (epoch.empty() && offset == Offset{0});
    if (!is_room_name(room) || !offset || !is_position || cursors.find(room) != nullptr) return std::nullopt;
    if (cursors.all_.size() == limits::kRecoverableRooms) return std::nullopt;
    cursors.all_.push_back({std::string(room), {Epoch(epoch), *offset}});
  }
  return cursors;
}

const Cursors::Cursor* Cursors::find(std::string_view room) const {
  const auto place =
      std::find_if(all_.begin(), all_.end(), [room](const Cursor& cursor) { return cursor.room == room; });
  return place == all_.end() ? nullptr : &*place;
}

void Cursors::set(std::string_view room, Position at) {
  if (const Cursor* const known = find(room)) {
    all_[static_cast<std::size_t>(known - all_.data())].at = std::move(at);
  } else {
    all_.push_back({std::string(room), std::move(at)});
  }
}

void Cursors::remove(std::string_view room) {
  std::erase_if(all_, [room](const Cursor& cursor) { return cursor.room == room; });
}

std::optional<MarkedMessage> marked_message(std::string_view payload) {
  if (!payload.starts_with(R"(42["message)") || !payload.ends_with("\"]")) return std::nullopt;
  const auto quote = payload.rfind('"', payload.size() - 3);
  if (quote == std::string_view::npos || payload[quote - 1] != ',') return std::nullopt;
  return MarkedMessage{payload.substr(0, quote - 1), payload.substr(quote + 1, payload.size() - quote - 3)};
}

}  // namespace chat
