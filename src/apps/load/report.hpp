#pragma once

#include <string>

#include "apps/load/checker.hpp"
#include "apps/load/options.hpp"
#include "apps/load/results.hpp"

namespace chat::load {

/// True if nothing was lost, repeated, out of order, refused, unanswered, misrouted or cut.
bool is_clean(const Results& results, const Checker& checker);

/// The results for people.
std::string text_report(const Options& options, const Results& results, const Checker& checker);

/// The same for programs.
std::string json_report(const Options& options, const Results& results, const Checker& checker);

}  // namespace chat::load
