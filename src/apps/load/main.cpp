#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

#include "apps/load/conductor.hpp"
#include "apps/load/options.hpp"
#include "apps/load/report/report.hpp"

namespace {

using namespace chat::load;

/// The program opens its outputs before the run, so that a bad path fails at once.
std::ofstream open_output(const char* flag, const std::string& path) {
  std::ofstream file;
  if (path.empty()) return file;
  file.open(path);
  if (!file) throw std::runtime_error(fmt::format("{} {}: cannot be written", flag, path));
  return file;
}

int run(const Options& options) {
  auto json = open_output("--json", options.json_file);
  auto html = open_output("--html", options.html_file);
  Conductor conductor(options);
  const Summary& summary = conductor.run();
  fmt::print("{}", text_report(options, summary));
  if (json.is_open()) json << json_report(options, summary);
  if (html.is_open()) html << html_report(options, summary);
  if (!summary.all_joined) return 2;
  return summary.is_clean() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = parse_options(argc, argv, exit_code);
  if (!options) return exit_code;
  try {
    return run(*options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "chat-load: {}\n", error.what());
    return 2;
  }
}
