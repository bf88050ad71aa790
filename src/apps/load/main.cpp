#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>

#include "apps/load/options.hpp"
#include "apps/load/report.hpp"
#include "apps/load/scenario.hpp"

namespace {

using namespace chat::load;

int run(const Options& options) {
  // Opened first: better to fail now than after the run.
  std::ofstream json;
  if (!options.json_file.empty()) {
    json.open(options.json_file);
    if (!json) throw std::runtime_error(fmt::format("--json {}: cannot be written", options.json_file));
  }
  Scenario scenario(options);
  const bool everybody_was_in = scenario.run();
  fmt::print("{}", text_report(options, scenario.results(), scenario.checker()));
  if (json.is_open()) json << json_report(options, scenario.results(), scenario.checker());
  if (!everybody_was_in) return 2;
  return is_clean(scenario.results(), scenario.checker()) ? 0 : 1;
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
