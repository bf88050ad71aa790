#include "backplane/memory/memory_kv.hpp"

#include <utility>

#include "backplane/memory/memory_bus.hpp"

namespace chat {

MemoryKv::~MemoryKv() { bus_.lists.unwatch(posting_); }

void MemoryKv::claim(std::string name, Seconds kept, Completion<bool> done) {
  const auto now = std::chrono::steady_clock::now();
  posting_.later([done = std::move(done), is_first = bus_.claim(name, now + kept, now)] { done(is_first); });
}

void MemoryKv::agree_secret(std::string offer, Completion<SharedSecret> done) {
  if (bus_.secret.current.empty()) bus_.secret.current = std::move(offer);
  posting_.later([this, done = std::move(done)] { done(bus_.secret); });
}

void MemoryKv::rotate_secret(std::string secret, Seconds, Completion<bool> done) {
  bus_.secret = {std::move(secret), std::move(bus_.secret.current)};
  if (!is_good_secret(bus_.secret.previous)) bus_.secret.previous.clear();
  posting_.later([done = std::move(done)] { done(true); });
}

void MemoryKv::put(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) {
  const UnixMs now = SystemClock().unix_ms();
  auto outcome = bus_.lists.put(list, {std::move(key), std::move(value), now + kept.count()}, now);
  posting_.later([done = std::move(done), outcome = std::move(outcome)] { done(outcome); });
}

void MemoryKv::put_new(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) {
  const UnixMs now = SystemClock().unix_ms();
  auto outcome = bus_.lists.put_new(list, {std::move(key), std::move(value), now + kept.count()}, now);
  posting_.later([done = std::move(done), outcome = std::move(outcome)] { done(outcome); });
}

void MemoryKv::remove(std::string list, std::string key, Completion<bool> done) {
  const bool was_there = bus_.lists.remove(list, key, SystemClock().unix_ms());
  posting_.later([done = std::move(done), was_there] { done(was_there); });
}

void MemoryKv::read(std::string list, Completion<std::vector<ListEntry>> done) {
  posting_.later(
      [this, list = std::move(list), done = std::move(done)] { done(bus_.lists.read(list, SystemClock().unix_ms())); });
}

void MemoryKv::watch(std::string list, std::function<void()> changed) {
  bus_.lists.watch(posting_, std::move(list), std::move(changed));
}

}  // namespace chat
