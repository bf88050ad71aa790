#pragma once

#include <string>

#include "apps/load/options.hpp"
#include "apps/load/report/summary.hpp"

namespace chat::load {

/// The results for people.
std::string text_report(const Options& options, const Summary& summary);

/// The same with pictures, as a page that needs nothing else.
std::string html_report(const Options& options, const Summary& summary);

/// The same for programs.
std::string json_report(const Options& options, const Summary& summary);

}  // namespace chat::load
