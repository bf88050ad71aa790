#include "backplane/redis/scripts.hpp"

#include "chat/base/log.hpp"
#include "chat/base/mutant.hpp"

namespace chat::redis {
namespace {

constexpr std::string_view kEpoch =
#include "lua/epoch.lua.inc"
    ;
constexpr std::string_view kAppend =
#include "lua/append.lua.inc"
    ;
constexpr std::string_view kState =
#include "lua/state.lua.inc"
    ;
constexpr std::string_view kLease =
#include "lua/lease.lua.inc"
    ;
constexpr std::string_view kPresence =
#include "lua/presence.lua.inc"
    ;

/// "#!lua" makes Redis refuse a script whole when it may not write (full, read-only, no replicas), before it starts.
std::string whole(std::string_view script, std::string_view run_id) {
  std::string text = "#!lua\n";
  text += kEpoch;
  text += script;
  constexpr std::string_view mark = "@RUN@";
  if (is_mutant("fixed-epoch")) run_id = "0000000000000000";
  return text.replace(text.find(mark), mark.size(), run_id);
}

/// Who lives and who is here takes little place, and a full Redis must not hide it.
std::string also_when_full(std::string_view script) { return "#!lua flags=allow-oom\n" + std::string(script); }

/// 40 hexadecimal digits. A run id becomes part of a script, so it must be nothing else.
bool is_sha1(std::string_view text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view run_id_of(std::string_view info) {
  constexpr std::string_view key = "run_id:";
  const auto start = info.find(key);
  if (start == std::string_view::npos) return {};
  info.remove_prefix(start + key.size());
  const auto id = info.substr(0, info.find_first_of("\r\n"));
  return is_sha1(id) ? id : std::string_view{};
}

}  // namespace

void Scripts::load(std::function<void()> done) {
  loaded_ = false;
  link_.send({"INFO", "server"}, [this, done = std::move(done)](const Reply::Part* info) {
    if (info == nullptr) return;
    run_id_ = run_id_of(info->text());
    if (run_id_.empty()) return link_.restart("INFO tells no run_id: " + std::string(info->text().substr(0, 80)));
    const auto keep = [this](std::string& sha) {
      return [this, &sha](const Reply::Part* reply) {
        if (reply == nullptr) return;
        if (!is_sha1(reply->text())) return link_.restart("SCRIPT LOAD: " + std::string(reply->text().substr(0, 200)));
        sha = reply->text();
      };
    };
    const std::string append = whole(kAppend, run_id_), state = whole(kState, run_id_);
    link_.send({"SCRIPT", "LOAD", append}, keep(append_));
    link_.send({"SCRIPT", "LOAD", state}, keep(state_));
    link_.send({"SCRIPT", "LOAD", also_when_full(kLease)}, keep(lease_));
    link_.send({"SCRIPT", "LOAD", also_when_full(kPresence)},
               [this, done, keep_presence = keep(presence_)](const Reply::Part* reply) {
                 keep_presence(reply);
                 if (reply == nullptr || !is_sha1(reply->text())) return;
                 loaded_ = true;
                 done();
               });
  });
}

}  // namespace chat::redis
