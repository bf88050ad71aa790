#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "backplane/redis/server_check.hpp"
#include "chat/base/log.hpp"

namespace chat::redis {

/// Says in the log when a connection comes up and goes down: once for each outage, however many attempts it takes, and
/// once a minute while its server is of no use.
class LinkLog {
 public:
  explicit LinkLog(std::string name) : name_(std::move(name)) {}

  void up(std::string_view peer) {
    is_down_ = false;
    if (!unusable_) log_info("redis_up", {{"link", name_}, {"address", peer}});
  }
  void down(std::string_view why) {
    if (!std::exchange(is_down_, true) && !unusable_) log_warn("redis_down", {{"link", name_}, {"why", why}});
  }
  void refuse(const Unusable& unusable) {
    log_warn_rarely("redis_unusable", {{"link", name_}, {"why", unusable.why}, {"do", unusable.remedy}});
    unusable_ = true;
  }
  void accept() {
    if (std::exchange(unusable_, false)) log_info("redis_usable", {{"link", name_}});
  }
  bool is_unusable() const { return unusable_; }
  const std::string& name() const { return name_; }

 private:
  const std::string name_;
  bool is_down_ = false;
  bool unusable_ = false;
};

}  // namespace chat::redis
