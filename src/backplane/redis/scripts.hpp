#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "backplane/redis/keys.hpp"
#include "backplane/redis/link.hpp"

namespace chat::redis {

/// Our scripts as this Redis server knows them. The text carries the server's run id (see lua/epoch.lua), so they are
/// loaded again on every connection and whenever the server has forgotten them.
class Scripts {
 public:
  Scripts(Link& link, const Keys& keys)
      : link_(link), probe_key_(keys.room("", "probe")), probe_channel_(keys.live_channel("")) {}

  /// Reads the run id, loads all, tries whether the server lets a node work, then calls `done`; breaks the link if that
  /// fails.
  void load(std::function<void()> done);
  bool is_loaded() const { return loaded_; }
  /// Of the server that has them; another process of it has another one.
  const std::string& run_id() const { return run_id_; }
  void forget() { loaded_ = false; }

  const std::string& append() const { return append_; }
  const std::string& state() const { return state_; }
  const std::string& lease() const { return lease_; }
  const std::string& presence() const { return presence_; }
  const std::string& list() const { return list_; }
  const std::string& queue() const { return queue_; }
  const std::string& queue_done() const { return queue_done_; }
  const std::string& queue_bury() const { return queue_bury_; }
  const std::string& holdings() const { return holdings_; }

  static bool is_unknown(const Reply::Part& reply) { return reply.is_error() && reply.text().starts_with("NOSCRIPT"); }

 private:
  void load_texts(const std::function<void()>& done);
  bool is_refused(std::string_view command, const Reply::Part& reply);

  Link& link_;
  const std::string probe_key_, probe_channel_;  // of no room
  bool loaded_ = false;
  std::string run_id_;
  std::string append_, state_, lease_, presence_, list_, queue_, queue_done_, queue_bury_, holdings_;  // SHA-1 of each
};

}  // namespace chat::redis
