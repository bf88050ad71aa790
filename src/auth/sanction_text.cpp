// A sanction as nodes store it in the list that they share.
#include <algorithm>
#include <array>

#include "auth/jwt_json.hpp"
#include "chat/auth/sanctions.hpp"
#include "chat/backplane/cluster_kv.hpp"
#include "chat/base/json_text.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/core/names.hpp"
#include "chat/core/person_id.hpp"

namespace chat {
namespace {

using Kind = Sanction::Kind;

constexpr std::array<std::string_view, 6> kNames{"revoke_token", "revoke_user", "block_user", "ban", "mute", "kick"};
constexpr JsonLimits kLimits{.depth = 1, .members = 7};

bool is_line(std::string_view text, std::size_t most) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return text.size() <= most && is_utf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

std::optional<Kind> to_kind(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Kind>(found - kNames.begin());
}

/// False: a value of another kind.
bool take_text(JsonView value, std::string& place) {
  if (!value.is(JsonView::Kind::text)) return false;
  place = value.text();
  return true;
}
bool take_time(JsonView value, UnixMs& place) {
  const auto number = value.is(JsonView::Kind::integer) ? value.number() : std::nullopt;
  if (!number || *number > static_cast<std::uint64_t>(Sanction::kForGood)) return false;
  place = static_cast<UnixMs>(*number);
  return true;
}

bool take(std::string_view name, JsonView value, Sanction& sanction) {
  if (name == "kind") {
    const auto kind = to_kind(text_of(value).value_or(""));
    sanction.kind = kind.value_or(Kind::ban);
    return kind.has_value();
  }
  if (name == "subject") return take_text(value, sanction.subject);
  if (name == "room") return take_text(value, sanction.room);
  if (name == "until") return take_time(value, sanction.until);
  if (name == "issued_before") return take_time(value, sanction.issued_before);
  if (name == "reason") return take_text(value, sanction.reason);
  return name == "by" && take_text(value, sanction.by);
}

}  // namespace

std::string_view name_of(Kind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::string fault_in(const Sanction& sanction) {
  const bool is_of_token = sanction.kind == Kind::revoke_token;
  const bool is_of_time = sanction.kind == Kind::revoke_user;
  if (is_of_token && !is_user_id(sanction.subject)) return "the id of a token is 1 to 128 bytes without blanks";
  if (!is_of_token && user_id_of(sanction.subject) != sanction.subject) return "it is for no public id of a person";
  if (!sanction.room.empty() && !is_of_room(sanction.kind)) return "only a ban, a mute and a kick are for a room";
  if (!sanction.room.empty() && !is_room_name(sanction.room)) return "the room has no name that a room may have";
  if (sanction.until <= 0 || sanction.until > Sanction::kForGood) return "it ends at no time";
  if (is_of_time != (sanction.issued_before > 0)) return "only the tokens of a user are revoked by their time of issue";
  if (sanction.issued_before > Sanction::kForGood) return "the time of issue is none";
  if (!is_line(sanction.reason, Sanction::kMaxReasonBytes)) return "the reason is one line of at most 200 bytes";
  if (!is_line(sanction.by, Sanction::kMaxByBytes)) return "its author is one line of at most 64 bytes";
  return {};
}

std::string encode(const Sanction& sanction) {
  std::string out;
  const auto member = [&out](std::string_view name) {
    out += out.empty() ? '{' : ',';
    append_json_string(out, name);
    out += ':';
  };
  const auto text = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    member(name);
    append_json_string(out, value);
  };
  text("kind", name_of(sanction.kind));
  text("subject", sanction.subject);
  text("room", sanction.room);
  member("until");
  append_number(out, sanction.until);
  if (sanction.issued_before > 0) {
    member("issued_before");
    append_number(out, sanction.issued_before);
  }
  text("reason", sanction.reason);
  text("by", sanction.by);
  out += '}';
  return out;
}

std::optional<Sanction> decode_sanction(std::string_view text) {
  if (text.size() > ClusterKv::kMaxListValueBytes || check_json(text, kLimits)) return std::nullopt;
  const JsonView root(text);
  if (!root.is(JsonView::Kind::object) || !root.find("kind") || !root.find("until")) return std::nullopt;
  Sanction sanction;
  bool is_known = true;
  root.for_each_member([&](std::string_view name, JsonView value) {
    is_known = is_known && take(JsonView(name).text(), value, sanction);
  });
  if (!is_known || !fault_in(sanction).empty()) return std::nullopt;
  return sanction;
}

}  // namespace chat
