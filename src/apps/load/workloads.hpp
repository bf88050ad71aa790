#pragma once

#include <string>
#include <string_view>

#include "apps/load/options.hpp"

namespace chat::load {

/// Gives `options` the values of a named workload. Returns false if there is none of that name.
bool apply_workload(std::string_view name, Options& options);

/// One line a workload, for --help.
std::string describe_workloads();

}  // namespace chat::load
