#include "backplane/redis/scripts.hpp"

#include "backplane/redis/server_check.hpp"
#include "chat/base/mutant.hpp"

namespace chat::redis {
namespace {

constexpr std::string_view kEpoch =
#include "lua/epoch.lua.inc"
    ;
constexpr std::string_view kAppend =
#include "lua/append.lua.inc"
    ;
constexpr std::string_view kReadState =
#include "lua/state.lua.inc"
    ;
constexpr std::string_view kLease =
#include "lua/lease.lua.inc"
    ;
constexpr std::string_view kPresence =
#include "lua/presence.lua.inc"
    ;
constexpr std::string_view kList =
#include "lua/list.lua.inc"
    ;
constexpr std::string_view kQueue =
#include "lua/queue.lua.inc"
    ;
constexpr std::string_view kQueueDone =
#include "lua/queue_done.lua.inc"
    ;
constexpr std::string_view kQueueBury =
#include "lua/queue_bury.lua.inc"
    ;
constexpr std::string_view kHoldings =
#include "lua/holdings.lua.inc"
    ;
constexpr std::string_view kProbe =
#include "lua/probe.lua.inc"
    ;

/// "#!lua" makes Redis refuse a script whole when it may not write (full, read-only, no replicas), before it starts.
constexpr std::string_view kStrict = "#!lua\n";
/// Leases, members, holdings, shared lists and acknowledgements take little memory, and a full Redis must not hide
/// them.
constexpr std::string_view kAlsoWhenFull = "#!lua flags=allow-oom\n";

std::string plain(std::string_view script, std::string_view flags) { return std::string(flags) + std::string(script); }

/// With the run id of the server and what lua/epoch.lua makes of it.
std::string whole(std::string_view script, std::string_view run_id, std::string_view flags = kStrict) {
  std::string text(flags);
  text += kEpoch;
  text += script;
  constexpr std::string_view mark = "@RUN@";
  if (is_mutant("fixed-epoch")) run_id = "0000000000000000";
  return text.replace(text.find(mark), mark.size(), run_id);
}

/// 40 hexadecimal digits. A run id becomes part of a script, so it must be nothing else.
bool is_sha1(std::string_view text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

void Scripts::load(std::function<void()> done) {
  loaded_ = false;
  link_.send({"INFO", "server"}, [this, done = std::move(done)](const Reply::Part* info) {
    if (info == nullptr || is_refused("INFO", *info)) return;
    if (const auto unusable = judge_info(info->text())) return link_.refuse(*unusable);
    run_id_ = info_field(info->text(), "run_id");
    if (!is_sha1(run_id_)) return link_.restart("INFO tells no run_id");
    load_texts(done);
  });
}

void Scripts::load_texts(const std::function<void()>& done) {
  const auto load = [this](const std::string& text, std::string& sha) {
    link_.send({"SCRIPT", "LOAD", text}, [this, &sha](const Reply::Part* reply) {
      if (reply == nullptr || is_refused("SCRIPT LOAD", *reply)) return;
      sha = reply->text();
      if (!is_sha1(sha)) link_.restart("SCRIPT LOAD tells no SHA-1");
    });
  };
  load(whole(kAppend, run_id_), append_);
  load(whole(kReadState, run_id_), state_);
  load(plain(kLease, kAlsoWhenFull), lease_);
  load(plain(kPresence, kAlsoWhenFull), presence_);
  load(plain(kList, kAlsoWhenFull), list_);
  load(whole(kQueue, run_id_, kAlsoWhenFull), queue_);
  load(plain(kQueueDone, kAlsoWhenFull), queue_done_);
  load(plain(kQueueBury, kStrict), queue_bury_);
  load(plain(kHoldings, kAlsoWhenFull), holdings_);
  const std::string probe = plain(kProbe, kStrict);
  link_.send({"SCRIPT", "LOAD", probe}, [this, done](const Reply::Part* reply) {
    if (reply == nullptr || is_refused("SCRIPT LOAD", *reply)) return;
    link_.send({"EVALSHA", reply->text(), "2", probe_key_, probe_channel_}, [this, done](const Reply::Part* probed) {
      if (probed == nullptr) return;
      // Full, or without replicas: that passes, and until then appends are refused one by one.
      const auto unusable = probed->is_error() ? judge_error(probed->text()) : std::nullopt;
      if (unusable) return link_.refuse(*unusable);
      link_.accept();
      loaded_ = true;
      done();
    });
  });
}

/// Breaks the link if the reply is an error.
bool Scripts::is_refused(std::string_view command, const Reply::Part& reply) {
  if (reply.is_error()) link_.restart_after(command, reply);
  return reply.is_error();
}

}  // namespace chat::redis
