#pragma once

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "chat/backplane/available_shards.hpp"
#include "chat/backplane/cluster_services.hpp"

namespace chat::ctl {

/// Where the store of the cluster is: the settings of chatd by the same names.
struct StoreOptions {
  std::string backplane;
  std::string redis;
  std::string password_file;
  std::string ca_file;
};
void add_store_options(CLI::App& command, StoreOptions& options);

/// A connection to the store that joins the nodes. Its calls wait for their outcome, 5 s at most, and throw
/// std::runtime_error with a sentence if the store does not answer. Thread: one. Owner: the action of a command.
class Store {
 public:
  /// Connects. Throws std::runtime_error with a sentence if no store is named, or no shard of it answers; a shard that
  /// is later than the others by a second is taken for dead.
  explicit Store(const StoreOptions& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  ClusterServices& services() { return *services_; }

  /// Starts an operation of services() and returns its outcome.
  template <class Value>
  Result<Value> try_call(const std::function<void(Completion<Value> done)>& start) {
    std::optional<Result<Value>> outcome;
    start([&outcome](Result<Value> told) { outcome.emplace(std::move(told)); });
    wait_until([&outcome] { return outcome.has_value(); });
    return std::move(*outcome);
  }
  /// The same, and throws the failure of the operation as std::runtime_error.
  template <class Value>
  Value call(const std::function<void(Completion<Value> done)>& start) {
    auto outcome = try_call<Value>(start);
    if (!outcome) throw std::runtime_error(outcome.error().message);
    return std::move(*outcome);
  }

 private:
  /// Whether the condition came true in time.
  bool comes_true(const std::function<bool()>& condition, Seconds patience);
  void wait_until(const std::function<bool()>& condition);

  boost::asio::io_context loop_{1};
  std::unique_ptr<ClusterServices> services_;
  AvailableShards shards_;
};

}  // namespace chat::ctl
