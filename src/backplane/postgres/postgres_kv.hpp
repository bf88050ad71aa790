#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "backplane/postgres/postgres_backplane.hpp"
#include "chat/backplane/cluster_kv.hpp"
#include "chat/base/hash.hpp"

namespace chat::postgres {

/// A row for each claim, one for the secret, one for each entry of a list. Thread: the backplane loop.
class PostgresKv final : public ClusterKv, private PostgresBackplane::Follower {
 public:
  explicit PostgresKv(PostgresBackplane& backplane);
  void claim(std::string name, Seconds kept, Completion<bool> done) override;
  void agree_secret(std::string offer, Completion<SharedSecret> done) override;
  void rotate_secret(std::string secret, Seconds kept, Completion<bool> done) override;
  void put(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) override;
  void put_new(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) override;
  void remove(std::string list, std::string key, Completion<bool> done) override;
  void read(std::string list, Completion<std::vector<ListEntry>> done) override;
  void watch(std::string list, std::function<void()> changed) override;

 private:
  void on_available(bool is_available) override;
  void on_stop() override { watched_.clear(); }
  void tell(std::string_view list);
  void change(std::string_view list, std::string_view key, std::string_view value, Milliseconds kept, bool only_new,
              Completion<bool> done);

  PostgresBackplane& backplane_;
  TextMap<std::function<void()>> watched_;
};

}  // namespace chat::postgres
