#include "protocols/chat_v1/dialogue.hpp"

#include <vector>

#include "chat/sessions/session.hpp"
#include "chat/sessions/transport.hpp"
#include "protocols/chat_v1/decode.hpp"

namespace chat {
namespace {

constexpr Seconds kSilenceBeforePing{20};
constexpr Seconds kSilenceBeforeEnd{60};

class ChatV1Dialogue final : public Dialogue {
 public:
  Greeting greeting() const override { return {Seconds{10}, "no hello and no join in time"}; }

  void receive(Session& session, std::string_view bytes) override {
    std::vector<Request> requests;
    decode_json(bytes, requests);
    for (auto& request : requests) {
      if (session.is_closing()) return;
      session.handle(request.id, request.command);
    }
  }

  void check_alive(Session& session, Instant now) override {
    const auto silence = now - session.last_heard();
    if (silence > kSilenceBeforeEnd) return session.transport().abort();
    if (silence > kSilenceBeforePing) session.transport().ping();
  }

  void release() override {}
};

}  // namespace

DialoguePtr chat_v1_dialogue() {
  static ChatV1Dialogue dialogue;
  return DialoguePtr(&dialogue);
}

void chat_v1_on_open(Session& session, std::string_view room) {
  if (room.empty()) return;
  Command join = Join{std::string(room), {}};
  session.handle({}, join);
}

}  // namespace chat
