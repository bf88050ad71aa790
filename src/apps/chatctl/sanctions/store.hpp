#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <stdexcept>
#include <string>

#include "chat/auth/sanction_store.hpp"

namespace chat::ctl {

/// Where the store of the cluster is: the settings of chatd by the same names.
struct StoreOptions {
  std::string backplane;
  std::string redis;
  std::string password_file;
  std::string ca_file;
};
void add_store_options(CLI::App& command, StoreOptions& options);

/// Connects to the store, starts `operation` as soon as it answers, and returns when that calls `finished`. Takes 5 s
/// at most. Throws std::runtime_error with a sentence if there is no store, or it does not answer.
void with_store(const StoreOptions& options,
                const std::function<void(SanctionStore& store, std::function<void()> finished)>& operation);

/// The outcome of one call of the store; its failure is thrown as std::runtime_error.
template <class Value>
Value ask_store(const StoreOptions& options, std::function<void(SanctionStore& store, Completion<Value> done)> call) {
  Result<Value> outcome = Failure{};
  with_store(options, [&](SanctionStore& store, const std::function<void()>& finished) {
    call(store, [&outcome, finished](Result<Value> told) {
      outcome = std::move(told);
      finished();
    });
  });
  if (!outcome) throw std::runtime_error(outcome.error().message);
  return std::move(*outcome);
}

}  // namespace chat::ctl
