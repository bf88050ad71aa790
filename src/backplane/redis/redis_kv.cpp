#include "backplane/redis/redis_kv.hpp"

#include <memory>
#include <utility>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"

namespace chat::redis {
void RedisKv::claim(std::string name, Seconds kept, Completion<bool> done) {
  const auto on_reply = [done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr || reply->is_error()) return done(request_refused("claim", reply));
    done(reply->type() != Reply::Type::nil);
  };
  backplane_.commands().send({"SET", keys().claim(name), "", "NX", "EX", std::to_string(kept.count())}, on_reply);
}

void RedisKv::agree_secret(std::string offer, Completion<SharedSecret> done) {
  const auto agreed = std::make_shared<SharedSecret>();
  backplane_.commands().send({"SET", keys().secret(), offer, "NX"}, {});
  backplane_.commands().send({"GET", keys().previous_secret()}, [agreed](const Reply::Part* reply) {
    if (reply != nullptr && is_good_secret(reply->text())) agreed->previous = reply->text();
  });
  backplane_.commands().send({"GET", keys().secret()}, [agreed, done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr || reply->type() != Reply::Type::text) return done(request_refused("secret", reply));
    agreed->current = reply->text();
    done(*agreed);
  });
}

/// The previous secret first: if the second write fails, no token becomes unknown.
void RedisKv::rotate_secret(std::string secret, Seconds kept, Completion<bool> done) {
  const auto put = [this, secret = std::move(secret), done = std::move(done)] {
    backplane_.commands().send({"SET", keys().secret(), secret}, [done](const Reply::Part* reply) {
      if (reply == nullptr || reply->is_error()) return done(request_refused("secret", reply));
      done(true);
    });
  };
  backplane_.commands().send({"GET", keys().secret()}, [this, kept, put](const Reply::Part* reply) {
    if (reply != nullptr && is_good_secret(reply->text())) {
      const std::string seconds = std::to_string(kept.count());
      backplane_.commands().send({"SET", keys().previous_secret(), reply->text(), "EX", seconds}, {});
    }
    put();
  });
}

}  // namespace chat::redis
