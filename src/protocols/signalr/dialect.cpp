#include "protocols/signalr/dialect.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "chat/codec/http_framing.hpp"
#include "chat/codec/websocket_framing.hpp"
#include "protocols/signalr/codec.hpp"
#include "protocols/signalr/encode.hpp"

namespace chat {
namespace {

// A SignalR client takes all it gets for hub messages: the last of them is the codec's goodbye.
std::string nothing(CloseReason) { return {}; }

constexpr Framing kEvents{[](std::string& out, bool, std::string_view payload) { append_sse_event(out, payload); },
                          nothing};
constexpr Framing kPolls{[](std::string& out, bool, std::string_view payload) { out += payload; }, nothing};

/// The hub protocol in one of its encodings, in the names of a profile.
class SignalRCodec final : public Codec {
 public:
  SignalRCodec(std::string_view name, bool is_binary, const HubWriter& writer, const HubProfile& profile)
      : name_(name), is_binary_(is_binary), writer_(writer), profile_(profile) {}

  std::string_view name() const override { return name_; }
  bool is_binary() const override { return is_binary_; }
  bool takes_binary() const override { return true; }
  void encode(const RequestId& id, const Event& event, std::string& out) const override {
    encode_hub(writer_, profile_, id, event, out);
  }
  /// A client that leaves, or whose node does, has no error to show. One that has not left by itself may come back, as
  /// with other hubs: it is told there what is refused, the rate of connections included. Not so if the application has
  /// ended the session: a client that comes back would be let in.
  void encode_goodbye(CloseReason reason, std::string& out) const override {
    const bool planned = reason.code == CloseCode::normal || reason.code == CloseCode::restart;
    const bool for_good = reason.code == CloseCode::normal || reason.code == CloseCode::disconnected;
    writer_.close(out, planned ? std::string_view{} : reason.text, !for_good);
  }

 private:
  std::string_view name_;  // a literal
  bool is_binary_;
  const HubWriter& writer_;
  const HubProfile& profile_;
};

/// A dialect and its parts, at one place for good.
struct KeptDialect {
  explicit KeptDialect(const HubProfile& p)
      : profile(p),
        json("signalr.json", false, json_hub_writer(), profile),
        msgpack("signalr.messagepack", true, msgpack_hub_writer(), profile),
        dialect{profile, json, msgpack, in(websocket_framing(), true), in(kEvents, false), in(kPolls, true)} {}
  KeptDialect(const KeptDialect&) = delete;
  KeptDialect& operator=(const KeptDialect&) = delete;

  SignalRFormats in(const Framing& framing, bool binary) const {
    return {handshake_in(framing), add_format(json, framing),
            binary ? std::optional(add_format(msgpack, framing)) : std::nullopt};
  }

  /// All dialects have the same handshake.
  static Format handshake_in(const Framing& framing) {
    static std::deque<std::pair<const Framing*, Format>> added;
    for (const auto& [of, format] : added) {
      if (of == &framing) return format;
    }
    return added.emplace_back(&framing, add_format(signalr_handshake_codec(), framing)).second;
  }

  HubProfile profile;
  SignalRCodec json, msgpack;
  HubDialect dialect;
};

}  // namespace

const HubDialect& dialect_of(const HubProfile& profile) {
  static std::deque<KeptDialect> all;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const KeptDialect& one) { return one.profile == profile; });
  return (found == all.end() ? all.emplace_back(profile) : *found).dialect;
}

HubProfile with_details(HubProfile profile) {
  for (auto& call : profile.messages) {
    const HubArgument details{HubField::details};
    const bool is_there = std::find(call.arguments.begin(), call.arguments.end(), details) != call.arguments.end();
    if (!is_there) call.arguments.push_back(details);
  }
  return profile;
}

}  // namespace chat
