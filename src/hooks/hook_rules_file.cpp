// Reads the file of --hooks.
#include <utility>

#include "chat/codec/json/json_check.hpp"
#include "chat/hooks/hook_rules.hpp"
#include "hooks/hook_rule_reader.hpp"
#include "hooks/small_file.hpp"

namespace chat {
namespace {

constexpr JsonLimits kFileLimits{.depth = 8, .members = 1000};
constexpr std::size_t kMaxAuthorityBytes = 4 * 1024 * 1024;  // the system's bundles have 250 KiB

const std::vector<std::string>& event_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const HookEvent event : kAllHookEvents) all.emplace_back(to_text(event));
    return all;
  }();
  return names;
}

/// Reads the parts of a file, until the first fault.
class FileReader {
 public:
  explicit FileReader(std::string_view source) : source_(source) {}

  Result<std::shared_ptr<const HookRules>> read(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) fail("is empty");
    if (fault_.empty()) {
      if (const auto fault = validate_json(text, kFileLimits)) fail(*fault);
    }
    if (!fault_.empty()) return failure();
    const JsonView root(text);
    if (root.is(JsonView::Kind::object)) {
      root.for_each_member([&](std::string_view name, JsonView value) { read_member(JsonView(name).text(), value); });
      if (!root.find("secret_file")) fail("secret_file is missing; name a file with a secret that signs the requests");
      if (!root.find("hooks")) fail("hooks is missing; name at least one hook");
    } else {
      fail("must be an object with the members secret_file and hooks");
    }
    if (!fault_.empty()) return failure();
    return std::make_shared<const HookRules>(std::move(*signer_), std::move(ca_file_), max_events_, std::move(hooks_));
  }

 private:
  void fail(const std::string& sentence) {
    if (fault_.empty()) fault_ = std::string(source_) + ": " + sentence;
  }
  Failure failure() const { return {ErrorCode::bad_request, fault_}; }

  void read_member(const std::string& name, JsonView value) {
    if (name == "secret_file") return read_secrets(value);
    if (name == "ca_file") return read_authority(value);
    if (name == "max_events") return read_max_events(value);
    if (name == "hooks") return read_hooks(value);
    fail(name + " is unknown" + suggestion_for(name, {"secret_file", "ca_file", "max_events", "hooks"}));
  }

  void read_secrets(JsonView value) {
    const auto path = path_of("secret_file", value);
    if (path.empty()) return;
    auto signer = hook_signer_from_file(path);
    signer ? void(signer_.emplace(std::move(*signer))) : fail("secret_file " + signer.error().message);
  }

  void read_authority(JsonView value) {
    const auto path = path_of("ca_file", value);
    if (path.empty()) return;
    const auto text = read_small_file(path, kMaxAuthorityBytes);
    if (!text) return fail("ca_file " + text.error().message);
    if (text->find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
      return fail("ca_file " + path + ": has no certificate in PEM; begin it with -----BEGIN CERTIFICATE-----");
    }
    ca_file_ = path;
  }

  void read_max_events(JsonView value) {
    const auto number = value.is(JsonView::Kind::integer) ? value.number() : std::nullopt;
    if (!number || *number < 1 || *number > 100'000'000) {
      return fail("max_events must be a whole number from 1 to 100000000");
    }
    max_events_ = static_cast<std::uint32_t>(*number);
  }

  std::string path_of(const std::string& place, JsonView value) {
    auto path = value.is(JsonView::Kind::text) ? value.text() : std::string();
    if (path.empty()) fail(place + " must be the path of a file");
    return path;
  }

  void read_hooks(JsonView value) {
    if (!value.is(JsonView::Kind::object)) return fail("hooks must be an object of hooks by their names");
    std::size_t count = 0;
    value.for_each_member([&](std::string_view key, JsonView hook) {
      const auto name = JsonView(key).text();
      const auto event = to_hook_event(name);
      ++count;
      if (!event) return fail("hooks." + name + " is unknown" + suggestion_for(name, event_names()));
      HookRuleReader reader(*event, "hooks." + name);
      hooks_[index_of(*event)] = reader.read(hook);
      if (!reader.fault().empty()) fail(reader.fault());
    });
    if (count == 0) fail("hooks is empty; name at least one hook, or start without --hooks");
  }

  std::string_view source_;
  std::string fault_;
  std::optional<HookSigner> signer_;
  std::string ca_file_;
  std::uint32_t max_events_ = kMaxWaitingEvents;
  HookRules::Table hooks_;
};

}  // namespace

Result<std::shared_ptr<const HookRules>> hook_rules_from_text(std::string_view text, std::string_view source) {
  return FileReader(source).read(text);
}

Result<std::shared_ptr<const HookRules>> hook_rules_from_file(const std::string& path) {
  const auto text = read_small_file(path, kMaxHookRulesBytes);
  if (!text) return text.error();
  return hook_rules_from_text(*text, path);
}

}  // namespace chat
