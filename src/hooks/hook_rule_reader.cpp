#include "hooks/hook_rule_reader.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/closest.hpp"
#include "chat/base/utf8.hpp"
#include "chat/core/rights.hpp"

namespace chat {
namespace {

constexpr std::size_t kMaxListed = 256;  // patterns or methods of one hook
constexpr std::size_t kMethodBytes = 128;

bool is_method(std::string_view name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; };
  return !name.empty() && name.size() <= kMethodBytes && std::none_of(name.begin(), name.end(), is_control);
}

bool is_header(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), fits);
}

std::string lower(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

}  // namespace

std::string suggestion_for(std::string_view written, const std::vector<std::string>& words) {
  const auto meant = closest(written, words);
  return meant.empty() ? "" : "; did you mean " + meant + '?';
}

struct HookRuleReader::Member {
  const char* name;
  void (HookRuleReader::*read)(const std::string& place, JsonView value);
};

HookRule HookRuleReader::read(JsonView hook) {
  if (!hook.is(JsonView::Kind::object)) {
    fail("", "must be an object with the member url");
    return {};
  }
  hook.for_each_member([&](std::string_view name, JsonView value) { read_member(JsonView(name).text(), value); });
  if (!hook.find("url")) fail(".url", "is missing; write the address that the cluster calls");
  return std::move(rule_);
}

void HookRuleReader::fail(const std::string& place, const std::string& sentence) {
  if (fault_.empty()) fault_ = place_ + place + ' ' + sentence;
}

std::vector<HookRuleReader::Member> HookRuleReader::members() const {
  std::vector<Member> known{{"url", &HookRuleReader::read_url},
                            {"timeout_ms", &HookRuleReader::read_timeout},
                            {"concurrency", &HookRuleReader::read_concurrency},
                            {"breaker", &HookRuleReader::read_breaker}};
  if (is_synchronous(event_)) {
    known.push_back({"on_failure", &HookRuleReader::read_on_failure});
    known.push_back({"queue", &HookRuleReader::read_queue});
  } else {
    known.push_back({"attempts", &HookRuleReader::read_attempts});
  }
  if (has_room(event_)) known.push_back({"rooms", &HookRuleReader::read_rooms});
  if (event_ == HookEvent::connect) known.push_back({"headers", &HookRuleReader::read_headers});
  if (event_ == HookEvent::call) known.push_back({"methods", &HookRuleReader::read_methods});
  return known;
}

void HookRuleReader::read_member(const std::string& name, JsonView value) {
  std::vector<std::string> names;
  for (const auto& member : members()) {
    if (name == member.name) return (this->*member.read)('.' + name, value);
    names.emplace_back(member.name);
  }
  fail('.' + name, "is unknown for this hook" + suggestion_for(name, names));
}

void HookRuleReader::read_url(const std::string& place, JsonView value) {
  if (!value.is(JsonView::Kind::text)) return fail(place, "must be a text: http://… or https://…");
  auto url = parse_http_url(value.text());
  if (!url) return fail(place, url.error().message);
  rule_.url = std::move(*url);
}

void HookRuleReader::read_timeout(const std::string& place, JsonView value) {
  rule_.timeout = Milliseconds(read_number(place, value, 10, 60'000));
}

/// A call has a result or none: there is nothing to allow.
void HookRuleReader::read_on_failure(const std::string& place, JsonView value) {
  rule_.allow_on_failure = value.equals("allow");
  if (!rule_.allow_on_failure && !value.equals("deny")) return fail(place, "must be \"deny\" or \"allow\"");
  if (rule_.allow_on_failure && event_ == HookEvent::call) {
    fail(place, "must be \"deny\" or absent: a call that fails has no result");
  }
}

void HookRuleReader::read_concurrency(const std::string& place, JsonView value) {
  rule_.concurrency = read_number(place, value, 1, 1024);
}

void HookRuleReader::read_queue(const std::string& place, JsonView value) {
  rule_.queue = read_number(place, value, 0, 65'536);
}

void HookRuleReader::read_attempts(const std::string& place, JsonView value) {
  rule_.attempts = read_number(place, value, 1, 1000);
}

void HookRuleReader::read_breaker(const std::string& place, JsonView value) {
  if (!value.is(JsonView::Kind::object)) return fail(place, "must be an object with the members failures and open_ms");
  value.for_each_member([&](std::string_view key, JsonView number) {
    const auto name = JsonView(key).text();
    const auto at = place + '.' + name;
    if (name == "failures") {
      rule_.breaker.failures = read_number(at, number, 1, 1'000'000);
    } else if (name == "open_ms") {
      rule_.breaker.open = Milliseconds(read_number(at, number, 10, 600'000));
    } else {
      fail(at, "is unknown" + suggestion_for(name, {"failures", "open_ms"}));
    }
  });
}

void HookRuleReader::read_rooms(const std::string& place, JsonView value) {
  rule_.rooms = read_list(place, value, &is_room_pattern,
                          "must be the name of a room or a pattern: a-z 0-9 _ . - and *, at most 64 characters");
}

void HookRuleReader::read_headers(const std::string& place, JsonView value) {
  rule_.headers = read_list(place, value, &is_header, "must be the name of a header: letters, digits and -");
  for (auto& name : rule_.headers) name = lower(std::move(name));
}

void HookRuleReader::read_methods(const std::string& place, JsonView value) {
  rule_.methods =
      read_list(place, value, &is_method, "must be the name of a method: 1 to 128 bytes without control characters");
}

std::vector<std::string> HookRuleReader::read_list(const std::string& place, JsonView value,
                                                   bool (*fits)(std::string_view), const char* needed) {
  std::vector<std::string> list;
  if (!value.is(JsonView::Kind::array)) {
    fail(place, "must be a list of texts");
    return list;
  }
  value.for_each_item([&](JsonView item) {
    auto text = item.is(JsonView::Kind::text) ? item.text() : std::string();
    if (!fits(text)) fail(place + '[' + std::to_string(list.size()) + ']', needed);
    list.push_back(std::move(text));
  });
  if (list.empty()) fail(place, "is empty; leave it out if the hook is for all");
  if (list.size() > kMaxListed) fail(place, "has more than " + std::to_string(kMaxListed) + " entries");
  return list;
}

std::uint32_t HookRuleReader::read_number(const std::string& place, JsonView value, std::uint32_t least,
                                          std::uint32_t most) {
  const auto number = value.is(JsonView::Kind::integer) ? value.number() : std::nullopt;
  if (number && *number >= least && *number <= most) return static_cast<std::uint32_t>(*number);
  fail(place, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return least;
}

}  // namespace chat
