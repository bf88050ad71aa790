#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "chat/codec/format.hpp"
#include "chat/rooms/shard_port.hpp"

namespace chat {

/// Writes an event as one word and its numbers, for tests that read frames without a protocol.
class PlainCodec final : public Codec {
 public:
  std::string_view name() const override { return "plain"; }
  bool is_binary() const override { return false; }
  void encode(const RequestId&, const Event& event, std::string& out) const override {
    std::visit([&out](const auto& e) { write(e, out); }, event);
  }

 private:
  static void write(const Published& event, std::string& out) { out += std::to_string(event.message->offset); }
  static void write(const Typing& event, std::string& out) { out += "typing " + event.from.name; }
  static void write(const Rewound& event, std::string& out) { out += "rewound " + std::to_string(event.top.offset); }
  static void write(const Reset& event, std::string& out) { out.append("reset ").append(event.reason); }
  static void write(const PresenceChanged& event, std::string& out) {
    out += "presence";
    for (const auto& member : event.joined) out += " +" + member.user.name;
    for (const auto& member : event.left) out += " -" + member.user.name;
  }
  template <class Other>
  static void write(const Other&, std::string&) {}
};

/// One line an event.
inline Format plain_format() {
  static const PlainCodec codec;
  static const Framing lines{[](std::string& out, bool, std::string_view payload) { out.append(payload) += '\n'; },
                             [](CloseReason) { return std::string(); }};
  static const Format format = add_format(codec, lines);
  return format;
}

/// A shard that keeps its mail.
class FakeShard final : public ShardPort {
 public:
  void post(ShardMail item, std::size_t) override { mail.push_back(std::move(item)); }
  bool is_congested() const override { return congested; }

  template <class Mail>
  std::vector<Mail> all() const {
    std::vector<Mail> found;
    for (const auto& item : mail) {
      if (const auto* wanted = std::get_if<Mail>(&item)) found.push_back(*wanted);
    }
    return found;
  }
  /// The frames for members of rooms, in plain_format().
  std::vector<std::string> told() const {
    std::vector<std::string> texts;
    for (const auto& item : all<to_shard::ToRoom>()) {
      texts.emplace_back(item.frames.in(plain_format()).view());
    }
    return texts;
  }

  std::vector<ShardMail> mail;
  bool congested = false;
};

}  // namespace chat
