// Runs a fuzz target where there is no libFuzzer: replays files, then runs inputs made from them, with bytes changed,
// taken out, put in and spliced. It leaves an input that ends the process in crash-<target>, to be replayed as a file.
// Usage:
// fuzz-NAME [--runs N] [--seed N] [FILE|FOLDER…]
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::string crash_file;
std::vector<std::uint8_t> input_bytes;  // of this run, in memory of just its size: a sanitizer sees reads behind it

/// Writes the input down and dies of the same signal. Not safe after every crash; then --seed tells how to get there.
void on_signal(int signal) {
  std::signal(signal, SIG_DFL);
  if (std::FILE* file = std::fopen(crash_file.c_str(), "wb")) {
    std::fwrite(input_bytes.data(), 1, input_bytes.size(), file);
    std::fclose(file);
    std::fprintf(stderr, "the input is in %s\n", crash_file.c_str());
  }
  std::raise(signal);
}

void run(const std::string& input) {
  input_bytes = std::vector<std::uint8_t>(input.begin(), input.end());
  LLVMFuzzerTestOneInput(input_bytes.data(), input_bytes.size());
}

class Mutator {
 public:
  Mutator(std::uint64_t seed, std::vector<std::string> seeds) : random_(seed), seeds_(std::move(seeds)) {
    if (seeds_.empty()) seeds_.emplace_back();
  }

  std::string next() {
    std::string input = seeds_[below(seeds_.size())];
    for (auto changes = 1 + below(8); changes > 0; --changes) change(input);
    return input;
  }

 private:
  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_); }
  char byte() {
    static constexpr std::string_view kTelling("\x00\x1e\x7f\x80\x81\x90\x91\xc0\xc1\xc4\xd9\xdb\xdd\xdf\xff{}[]\",:0",
                                               24);
    return below(2) == 0 ? kTelling[below(kTelling.size())] : static_cast<char>(below(256));
  }
  void change(std::string& input) {
    const std::size_t at = below(input.size() + 1);
    switch (below(5)) {
      case 0:
        if (at < input.size()) input[at] = byte();
        break;
      case 1:
        input.insert(at, 1 + below(4), byte());
        break;
      case 2:
        input.erase(at, 1 + below(8));
        break;
      case 3: {
        const std::string& other = seeds_[below(seeds_.size())];
        input = input.substr(0, at) + other.substr(below(other.size() + 1));
        break;
      }
      default:
        input.insert(at, input.substr(at / 2, 1 + below(64)));
    }
  }

  std::mt19937_64 random_;
  std::vector<std::string> seeds_;
};

/// In the order of their names, so that a seed means the same everywhere.
std::vector<fs::path> files_in(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int count, char** arguments) {
  std::uint64_t runs = 0, seed = 1;
  std::vector<std::string> inputs;
  crash_file = "crash-" + fs::path(arguments[0]).filename().string();
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, on_signal);
  for (int i = 1; i < count; ++i) {
    const std::string_view argument(arguments[i]);
    if ((argument == "--runs" || argument == "--seed") && i + 1 < count) {
      (argument == "--runs" ? runs : seed) = std::strtoull(arguments[++i], nullptr, 10);
      continue;
    }
    if (!fs::exists(argument)) continue;  // no regressions yet
    for (const auto& path : files_in(argument)) {
      std::ifstream file(path, std::ios::binary);
      inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
      std::printf("%s\n", path.c_str());
      std::fflush(stdout);
      run(inputs.back());
    }
  }
  std::printf("%zu files, then --runs %llu --seed %llu\n", inputs.size(), static_cast<unsigned long long>(runs),
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  Mutator mutator(seed, std::move(inputs));
  for (std::uint64_t i = 0; i < runs; ++i) run(mutator.next());
}
