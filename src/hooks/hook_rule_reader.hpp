#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/codec/json/json_view.hpp"
#include "chat/hooks/hook_rules.hpp"

namespace chat {

/// "; did you mean …?" if one of `words` is near.
std::string suggestion_for(std::string_view written, const std::vector<std::string>& words);

/// Reads one hook of the file, until its first fault. Thread: one. Owner: the reader of the file.
class HookRuleReader {
 public:
  /// `place`: of the hook in the file, "hooks.join".
  HookRuleReader(HookEvent event, std::string place) : event_(event), place_(std::move(place)) {}

  HookRule read(JsonView hook);
  /// A sentence that begins with the place; empty: none.
  const std::string& fault() const { return fault_; }

 private:
  struct Member;

  void fail(const std::string& place, const std::string& sentence);
  std::vector<Member> members() const;
  void read_member(const std::string& name, JsonView value);
  void read_url(const std::string& place, JsonView value);
  void read_timeout(const std::string& place, JsonView value);
  void read_on_failure(const std::string& place, JsonView value);
  void read_concurrency(const std::string& place, JsonView value);
  void read_attempts(const std::string& place, JsonView value);
  void read_queue(const std::string& place, JsonView value);
  void read_breaker(const std::string& place, JsonView value);
  void read_rooms(const std::string& place, JsonView value);
  void read_headers(const std::string& place, JsonView value);
  void read_methods(const std::string& place, JsonView value);
  std::uint32_t read_number(const std::string& place, JsonView value, std::uint32_t least, std::uint32_t most);
  std::vector<std::string> read_list(const std::string& place, JsonView value, bool (*fits)(std::string_view),
                                     const char* needed);

  HookEvent event_;
  std::string place_;
  std::string fault_;
  HookRule rule_;
};

}  // namespace chat
