#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/codec/json/json_view.hpp"
#include "chat/protocols/hub_profile.hpp"

namespace chat {

/// "; did you mean …?" if one of `words` is near.
std::string hint_for(std::string_view written, const std::vector<std::string>& words);

/// Reads one profile, until its first fault. Thread: one. Owner: the reader of the file.
class ProfileReader {
 public:
  /// `place`: of the profile in the file, "profiles.shop".
  explicit ProfileReader(std::string place) : place_(std::move(place)) {}

  /// `profile` could be read as JSON.
  HubProfile read(JsonView profile);
  /// A sentence that begins with the place; empty: none.
  const std::string& fault() const { return fault_; }

 private:
  void fail(const std::string& place, const std::string& sentence);
  bool expect_object(const std::string& place, JsonView value);
  std::string read_text(const std::string& place, JsonView value);
  std::vector<std::string> read_texts(const std::string& place, JsonView value);
  void read_member(const std::string& name, JsonView value);
  void read_methods(JsonView value);
  HubMethod read_method(const std::string& place, JsonView value);
  void read_parameters(const std::string& place, JsonView value, HubMethod& method);
  void read_constants(const std::string& place, JsonView value, HubMethod& method);
  void check_parameter(const std::string& place, const HubMethod& method, const std::string& name);
  void read_calls(JsonView value);
  HubCall read_call(const std::string& place, std::string_view event, JsonView value);
  HubArgument read_argument(const std::string& place, std::string_view event, JsonView value);
  HubField read_field(const std::string& place, std::string_view event, const std::string& name);
  HubArgument read_template(const std::string& place, std::string_view event, std::string_view text);

  std::string place_;
  std::string fault_;
  HubProfile profile_;
};

}  // namespace chat
