#pragma once

#include <string>

#include "apps/load/options.hpp"
#include "apps/load/report/summary.hpp"

namespace chat::load {

/// The results as text, for the terminal.
std::string text_report(const Options& options, const Summary& summary);

/// The results with charts, as one HTML page without other files.
std::string html_report(const Options& options, const Summary& summary);

/// The results as JSON, for programs.
std::string json_report(const Options& options, const Summary& summary);

}  // namespace chat::load
