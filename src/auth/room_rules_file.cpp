// Reads the file of --rooms.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "auth/jwt_json.hpp"
#include "chat/auth/room_rules.hpp"
#include "chat/base/closest.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/person_id.hpp"
#include "chat/core/rights.hpp"

namespace chat {
namespace {

constexpr JsonLimits kFileLimits{.depth = 8, .members = 200'000};

const std::vector<std::string> kRightNames = [] {
  const auto names = names_of(kAllRights);
  return std::vector<std::string>(names.begin(), names.end());
}();
const std::vector<std::string> kCreatorNames{"guest", "user", "members", "users"};
const std::vector<std::string> kPresenceNames{"lists", "counts", "off"};

/// "a, b or c".
std::string either(const std::vector<std::string>& words) {
  std::string text = words.front();
  for (std::size_t i = 1; i < words.size(); ++i) text += (i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

std::string suggestion(std::string_view written, const std::vector<std::string>& words) {
  const auto meant = closest(written, words);
  return meant.empty() ? "" : "; did you mean " + meant + '?';
}

/// Reads one rule, until its first fault.
class RuleReader {
 public:
  explicit RuleReader(std::string place) : place_(std::move(place)) {}

  RoomRule read(JsonView rule) {
    if (!rule.is(JsonView::Kind::object)) {
      fail("", "must be an object");
      return {};
    }
    rule.for_each_member([&](std::string_view name, JsonView value) { read_member(JsonView(name).text(), value); });
    if (rule_.patterns.empty()) fail(".rooms", "is missing");
    rule_.settings = interned(settings_);
    return std::move(rule_);
  }
  const std::string& fault() const { return fault_; }

 private:
  using Read = void (RuleReader::*)(const std::string& place, JsonView value);
  struct Member {
    const char* name;
    Read read;
  };

  void fail(const std::string& place, const std::string& sentence) {
    if (fault_.empty()) fault_ = place_ + place + ' ' + sentence;
  }

  void read_member(const std::string& name, JsonView value) {
    static constexpr Member kMembers[] = {{"rooms", &RuleReader::read_rooms},
                                          {"guest", &RuleReader::read_guest},
                                          {"user", &RuleReader::read_user},
                                          {"members", &RuleReader::read_members},
                                          {"users", &RuleReader::read_users},
                                          {"create", &RuleReader::read_create},
                                          {"history_size", &RuleReader::read_history_size},
                                          {"history_seconds", &RuleReader::read_history_age},
                                          {"message_bytes", &RuleReader::read_message_bytes},
                                          {"slow_mode_seconds", &RuleReader::read_slow_mode},
                                          {"messages_per_minute", &RuleReader::read_message_rate},
                                          {"max_members", &RuleReader::read_max_members},
                                          {"presence", &RuleReader::read_presence}};
    std::vector<std::string> names;
    for (const auto& [known, read] : kMembers) {
      if (name == known) return (this->*read)('.' + name, value);
      names.emplace_back(known);
    }
    fail('.' + name, "is unknown" + suggestion(name, names));
  }

  void read_rooms(const std::string& place, JsonView value) {
    static constexpr const char* kNeeded =
        "must be the name of a room or a pattern: a-z 0-9 _ . - and *, at most 64 characters";
    if (!value.is(JsonView::Kind::array)) return read_pattern(place, value, kNeeded);
    std::size_t i = 0;
    value.for_each_item([&](JsonView item) { read_pattern(place + '[' + std::to_string(i++) + ']', item, kNeeded); });
    if (i == 0) fail(place, "names no room");
  }
  void read_pattern(const std::string& place, JsonView value, const char* needed) {
    auto pattern = text_of(value).value_or("");
    if (!is_room_pattern(pattern)) fail(place, needed);
    rule_.patterns.push_back(std::move(pattern));
  }

  void read_guest(const std::string& place, JsonView value) { rule_.guest = read_rights(place, value); }
  void read_user(const std::string& place, JsonView value) { rule_.user = read_rights(place, value); }
  void read_members(const std::string& place, JsonView value) { rule_.members = read_rights(place, value); }

  Rights read_rights(const std::string& place, JsonView value) {
    Rights rights;
    if (!value.is(JsonView::Kind::array)) {
      fail(place, "must be a list of rights");
      return rights;
    }
    std::size_t i = 0;
    value.for_each_item([&](JsonView item) {
      const auto at = place + '[' + std::to_string(i++) + ']';
      const auto name = text_of(item).value_or("");
      const auto right = to_right(name);
      if (!right) return fail(at, "must be " + either(kRightNames) + suggestion(name, kRightNames));
      if (rights.has(*right)) fail(at, "stands in the list already");
      rights.add(*right);
    });
    return rights;
  }

  void read_users(const std::string& place, JsonView value) {
    if (!value.is(JsonView::Kind::object)) return fail(place, "must be an object of users and their rights");
    value.for_each_member([&](std::string_view name, JsonView rights) {
      const auto user = JsonView(name).text();
      const auto at = place + '.' + user;
      if (user.empty()) fail(place, "has a user without an id");
      const bool is_new = rule_.users.emplace(user_id_of(user), read_rights(at, rights)).second;
      if (!is_new) fail(at, "is the same user as another member");
    });
  }

  /// The same groups that have rights.
  void read_create(const std::string& place, JsonView value) {
    if (!value.is(JsonView::Kind::array)) return fail(place, "must be a list of " + either(kCreatorNames));
    RoomRule::Creators creators{false, false, false, false};
    bool* const groups[] = {&creators.guest, &creators.user, &creators.members, &creators.users};
    std::size_t i = 0;
    value.for_each_item([&](JsonView item) {
      const auto at = place + '[' + std::to_string(i++) + ']';
      const auto name = text_of(item).value_or("");
      const auto known = std::find(kCreatorNames.begin(), kCreatorNames.end(), name);
      if (known == kCreatorNames.end()) {
        return fail(at, "must be " + either(kCreatorNames) + suggestion(name, kCreatorNames));
      }
      bool& group = *groups[known - kCreatorNames.begin()];
      if (group) fail(at, "stands in the list already");
      group = true;
    });
    rule_.creators = creators;
  }
  void read_history_size(const std::string& place, JsonView value) {
    settings_.history_size = read_number(place, value, 1, 1'000'000);
  }
  void read_history_age(const std::string& place, JsonView value) {
    settings_.history_age = Seconds(read_number(place, value, 1, 10 * 365 * 24 * 60 * 60));
  }
  void read_message_rate(const std::string& place, JsonView value) {
    settings_.messages_per_minute = read_number(place, value, 1, 6000);
  }
  void read_message_bytes(const std::string& place, JsonView value) {
    settings_.message_bytes = read_number(place, value, 1, limits::kTextBytes);
  }
  void read_slow_mode(const std::string& place, JsonView value) {
    settings_.slow_mode = Seconds(read_number(place, value, 0, 24 * 60 * 60));
  }
  void read_max_members(const std::string& place, JsonView value) {
    settings_.max_members = read_number(place, value, 1, 1'000'000);
  }
  std::uint32_t read_number(const std::string& place, JsonView value, std::uint32_t least, std::uint32_t most) {
    const auto number = value.is(JsonView::Kind::integer) ? value.number() : std::nullopt;
    if (number && *number >= least && *number <= most) return static_cast<std::uint32_t>(*number);
    fail(place, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return 0;
  }

  void read_presence(const std::string& place, JsonView value) {
    const auto name = text_of(value).value_or("");
    for (std::size_t i = 0; i < kPresenceNames.size(); ++i) {
      if (kPresenceNames[i] != name) continue;
      settings_.presence = static_cast<RoomSettings::Presence>(i);
      return;
    }
    fail(place, "must be " + either(kPresenceNames) + suggestion(name, kPresenceNames));
  }

  std::string place_;
  std::string fault_;
  RoomRule rule_;
  RoomSettings settings_;
};

std::string place_of(std::size_t rule) { return "rules[" + std::to_string(rule) + ']'; }

/// The same fault with the rule that has it, if one has.
std::string placed(const JsonFault& fault, std::string_view text) {
  if (!fault.is_readable || !JsonView(text).is(JsonView::Kind::object)) return fault.why;
  const auto rules = JsonView(text).find("rules");
  if (!rules || !rules->is(JsonView::Kind::array)) return fault.why;
  std::string found;
  std::size_t i = 0;
  rules->for_each_item([&](JsonView rule) {
    if (found.empty() && check_json(rule.raw(), kFileLimits)) found = place_of(i) + ": " + fault.why;
    ++i;
  });
  return found.empty() ? fault.why : found;
}

/// The fault of a whole file, or its rules.
std::string read_rules(std::string_view text, std::vector<RoomRule>& rules) {
  if (text.size() > kMaxRoomRulesBytes) return "has more than 1 MiB";
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return "is empty";
  if (const auto fault = check_json(text, kFileLimits)) return placed(*fault, text);
  const JsonView root(text);
  if (!root.is(JsonView::Kind::object)) return "must be an object with the member rules";
  std::optional<JsonView> list;
  std::string fault;
  root.for_each_member([&](std::string_view name, JsonView value) {
    const auto member = JsonView(name).text();
    if (member == "rules") {
      list = value;
    } else if (fault.empty()) {
      fault = member + " is unknown" + suggestion(member, {"rules"});
    }
  });
  if (!fault.empty()) return fault;
  if (!list || !list->is(JsonView::Kind::array)) return "rules must be a list";
  list->for_each_item([&](JsonView item) {
    if (!fault.empty()) return;
    if (rules.size() == kMaxRoomRules) return void(fault = "has more than " + std::to_string(kMaxRoomRules) + " rules");
    RuleReader reader(place_of(rules.size()));
    rules.push_back(reader.read(item));
    fault = reader.fault();
  });
  return fault;
}

Failure failure(std::string_view source, const std::string& sentence) {
  return {ErrorCode::bad_request, std::string(source) + ": " + sentence};
}

}  // namespace

Result<std::shared_ptr<const RoomRules>> room_rules_from_text(std::string_view text, std::string_view source) {
  std::vector<RoomRule> rules;
  const auto fault = read_rules(text, rules);
  if (!fault.empty()) return failure(source, fault);
  return std::make_shared<const RoomRules>(std::move(rules));
}

Result<std::shared_ptr<const RoomRules>> room_rules_from_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxRoomRulesBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) return failure(path, "cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  return room_rules_from_text(text, path);
}

}  // namespace chat
