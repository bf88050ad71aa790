// Files of rules and stored sanctions. The first byte chooses. A file is refused with one sentence, or read; whatever
// it says, a third person has no right in a direct room and may only send to an inbox. A sanction that is read is
// written as it was, but for blanks, escapes and the order of its members.
#include <cstdint>
#include <string>
#include <string_view>

#include "chat/auth/room_rules.hpp"
#include "chat/auth/sanctions.hpp"
#include "chat/base/assert.hpp"
#include "chat/core/person_id.hpp"
#include "fuzz/choices.hpp"

namespace {

using namespace chat;

Principal eve() {
  Identity identity;
  identity.subject = identity.user_id = "eve";
  identity.rooms = {{"*", {Right::join, Right::history, Right::send, Right::typing, Right::presence, Right::moderate}}};
  return {person_of_subject("eve"), std::make_shared<const Identity>(std::move(identity))};
}

void check_rules(std::string_view text) {
  const auto loaded = room_rules_from_text(text, "fuzz");
  if (!loaded) {
    const auto& sentence = loaded.error().message;
    CHAT_ASSERT(sentence.starts_with("fuzz: ") && loaded.error().code == ErrorCode::bad_request);
    return;
  }
  const RoomRules& rules = **loaded;
  CHAT_ASSERT(rules.size() <= kMaxRoomRules);
  static const Principal person = eve();
  CHAT_ASSERT(rules.access(person, "dm.ana.bob").rights.empty());
  CHAT_ASSERT(rules.access(person, "dm.ana").rights.empty());
  CHAT_ASSERT(!rules.access(person, "dm.ana.eve").rights.has(Right::moderate));
  Rights inbox = rules.access(person, "inbox.ana").rights;
  inbox.remove({Right::send});
  CHAT_ASSERT(inbox.empty());
  const auto* const settings = rules.access(person, "lobby").settings;
  CHAT_ASSERT(settings->history_size <= 1'000'000 && settings->message_bytes <= 4096);
}

void check_sanction(std::string_view text) {
  const auto sanction = decode_sanction(text);
  if (!sanction) return;
  CHAT_ASSERT(fault_in(*sanction).empty());
  const auto written = encode(*sanction);
  CHAT_ASSERT(decode_sanction(written) == *sanction && written.size() <= text.size() + 64);
  CHAT_ASSERT(key_of(sanction->kind, sanction->subject, sanction->room).size() <= 512);
  const Sanctions sanctions({*sanction});
  CHAT_ASSERT(sanctions.size() == 1 && sanctions.next_expiry(0) == sanction->until);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  choices.below(2) == 0 ? check_rules(choices.rest()) : check_sanction(choices.rest());
  return 0;
}
