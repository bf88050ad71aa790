#pragma once

#include <string>
#include <vector>

#include "backplane/memory/posting.hpp"
#include "chat/backplane/cluster_kv.hpp"

namespace chat {

class MemoryBus;

/// Claims, the secret and lists of the nodes of one process. Thread: the loop of the bus.
class MemoryKv final : public ClusterKv {
 public:
  MemoryKv(MemoryBus& bus, Posting& posting) : bus_(bus), posting_(posting) {}
  ~MemoryKv() override;
  MemoryKv(const MemoryKv&) = delete;
  MemoryKv& operator=(const MemoryKv&) = delete;

  void claim(std::string name, Seconds kept, Completion<bool> done) override;
  void agree_secret(std::string offer, Completion<SharedSecret> done) override;
  void rotate_secret(std::string secret, Seconds kept, Completion<bool> done) override;
  void put(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) override;
  void put_new(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) override;
  void remove(std::string list, std::string key, Completion<bool> done) override;
  void read(std::string list, Completion<std::vector<ListEntry>> done) override;
  void watch(std::string list, std::function<void()> changed) override;

 private:
  MemoryBus& bus_;
  Posting& posting_;
};

}  // namespace chat
