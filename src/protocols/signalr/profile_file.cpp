// Reads the file of --profiles.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "chat/base/ascii.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/core/rights.hpp"
#include "protocols/signalr/profile_reader.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;
using ProfilePtr = std::shared_ptr<const HubProfile>;

constexpr JsonLimits kFileLimits{.depth = 16, .members = 20'000};
constexpr std::size_t kMaxFileBytes = 256 * 1024;
constexpr std::size_t kMaxPaths = 32;

/// Reads one file, until its first fault.
class FileReader {
 public:
  explicit FileReader(std::string_view source) : source_(source) {}

  Result<std::vector<SignalRHub>> read(std::string_view text) {
    const auto fault = validate_json(text, kFileLimits);
    if (fault) {
      fail("is no JSON: " + *fault);
    } else if (const JsonView root(text); root.is(Kind::object)) {
      read_root(root);
    } else {
      fail(R"(must be an object: {"hubs": {"/chatHub": "tutorial"}})");
    }
    if (!fault_.empty()) return Failure{ErrorCode::bad_request, std::string(source_) + ": " + fault_};
    return std::move(hubs_);
  }

 private:
  void fail(const std::string& sentence) {
    if (fault_.empty()) fault_ = sentence;
  }

  void read_root(JsonView root) {
    root.for_each_member([this](std::string_view key, JsonView) {
      const auto name = JsonView(key).text();
      if (name != "hubs" && name != "profiles") {
        fail(name + " is unknown" + hint_for(name, {"hubs", "profiles"}));
      }
    });
    if (const auto profiles = root.find("profiles")) read_profiles(*profiles);
    const auto hubs = root.find("hubs");
    hubs ? read_hubs(*hubs) : fail("hubs is missing: the paths of hubs with the names of their profiles");
  }

  void read_profiles(JsonView value) {
    if (!value.is(Kind::object)) return fail("profiles must be an object of profiles by their names");
    value.for_each_member([&](std::string_view key, JsonView profile) {
      const auto name = JsonView(key).text();
      if (shipped_profile(name)) return fail("profiles." + name + " has the name of a shipped profile; choose another");
      ProfileReader reader("profiles." + name);
      profiles_[name] = std::make_shared<const HubProfile>(reader.read(profile));
      if (!reader.fault().empty()) fail(reader.fault());
    });
  }

  void read_hubs(JsonView value) {
    if (!value.is(Kind::object)) return fail("hubs must be an object of paths with the names of their profiles");
    std::size_t count = 0;
    value.for_each_member([&](std::string_view key, JsonView name) {
      if (++count > kMaxPaths) return fail("hubs has more than 32 paths");
      read_hub(JsonView(key).text(), name.is(Kind::text) ? name.text() : std::string());
    });
    if (count == 0) fail("hubs is empty; name at least one path");
    if (hubs_.size() > kMaxHubProfiles) fail("hubs uses more than 4 profiles");
  }

  void read_hub(const std::string& path, const std::string& name) {
    const std::string place = "hubs." + path;
    if (const auto fault = fault_in_hub_path(path); !fault.empty()) return fail(place + ' ' + fault);
    for (const auto& hub : hubs_) {
      if (std::any_of(hub.paths.begin(), hub.paths.end(),
                      [&](const auto& one) { return is_same_ignoring_case(one, path); })) {
        return fail(place + " is there already; case makes no difference");
      }
    }
    const auto profile = find(name);
    if (!profile) {
      std::vector<std::string> names{"default", "tutorial", "groups"};
      for (const auto& [known, unused] : profiles_) names.push_back(known);
      return fail(place + " must be the name of a profile" + hint_for(name, names));
    }
    const auto same =
        std::find_if(hubs_.begin(), hubs_.end(), [&](const SignalRHub& hub) { return hub.profile == profile; });
    same == hubs_.end() ? hubs_.push_back({{path}, profile}) : same->paths.push_back(path);
  }

  ProfilePtr find(const std::string& name) const {
    const auto own = profiles_.find(name);
    return own == profiles_.end() ? shipped_profile(name) : own->second;
  }

  std::string_view source_;
  std::string fault_;
  std::map<std::string, ProfilePtr> profiles_;
  std::vector<SignalRHub> hubs_;
};

}  // namespace

bool HubCall::is_for(std::string_view room) const {
  return rooms.empty() || std::any_of(rooms.begin(), rooms.end(),
                                      [room](const std::string& pattern) { return matches_room(pattern, room); });
}

const HubCall* HubProfile::call_for(std::string_view message_room) const {
  const auto call = std::find_if(messages.begin(), messages.end(),
                                 [message_room](const HubCall& one) { return one.is_for(message_room); });
  return call == messages.end() ? nullptr : &*call;
}

Result<std::vector<SignalRHub>> hubs_from_text(std::string_view text, std::string_view source) {
  return FileReader(source).read(text);
}

Result<std::vector<SignalRHub>> hubs_from_file(const std::string& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) return Failure{ErrorCode::bad_request, "cannot read " + path};
  if (text.size() > kMaxFileBytes) return Failure{ErrorCode::bad_request, path + " has more than 256 KiB"};
  return hubs_from_text(text, path);
}

std::string fault_in_hub_path(std::string_view path) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/-._~").find(c) != std::string_view::npos;
  };
  const bool good = path.size() > 1 && path.starts_with('/') && !path.ends_with('/') &&
                    path.find("//") == std::string_view::npos && std::all_of(path.begin(), path.end(), is_plain);
  return good ? "" : "needs a path such as /chatHub; got " + std::string(path);
}

}  // namespace chat
