#include "backplane/redis/ack_wait.hpp"

#include <string_view>
#include <utility>

namespace chat::redis {
namespace {

constexpr std::string_view kWaitMs =
    "1500";  // above the second after which `everysec` syncs, below LinkMachine::kTimeout

}  // namespace

/// `durable` needs a Redis that syncs before it answers, or one that can be asked to wait for its disk. With neither no
/// message could ever be acknowledged, so none is taken.
void AckWait::check() {
  if (level_.kind != AckLevel::Kind::durable) return;
  link_.send({"CONFIG", "GET", "appendfsync"}, [this](const Reply::Part* reply) {
    always_synced_ = reply != nullptr && reply->size() == 2 && reply->first().next().text() == "always";
  });
  link_.send({"CONFIG", "GET", "appendonly"}, [this](const Reply::Part* reply) {
    always_synced_ = always_synced_ && reply != nullptr && reply->size() == 2 && reply->first().next().text() == "yes";
  });
  link_.send({"WAITAOF", "1", "0", kWaitMs}, [this](const Reply::Part* reply) {
    if (reply != nullptr && reply->is_error() && !always_synced_) refuse_to_work(*reply);
  });
}

void AckWait::wait(std::function<void(bool confirmed)> done) {
  if (level_.kind == AckLevel::Kind::replicated) {
    link_.send({"WAIT", replicas_, kWaitMs}, [this, done = std::move(done)](const Reply::Part* reply) {
      done(reply != nullptr && reply->integer() >= level_.replicas);
    });
  } else {
    link_.send({"WAITAOF", "1", "0", kWaitMs}, [this, done = std::move(done)](const Reply::Part* reply) {
      if (reply != nullptr && reply->is_error()) refuse_to_work(*reply);
      done(reply != nullptr && reply->size() == 2 && reply->first().integer() >= 1);
    });
  }
}

void AckWait::refuse_to_work(const Reply::Part& error) {
  link_.restart("--ack durable needs appendfsync always, or WAITAOF: " + std::string(error.text()));
}

}  // namespace chat::redis
