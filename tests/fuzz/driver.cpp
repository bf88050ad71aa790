// Runs a fuzz target where there is no libFuzzer: inputs are seeds with bytes changed, taken out, put in and spliced.
// Usage: fuzz-NAME [--runs N] [--seed N] [FILE…]     a FILE is run once, as it is
#include "fuzz/driver.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// In memory of just its size, so that a sanitizer sees each byte that is read behind it.
void run(const std::string& input) {
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed), seeds_(seeds()) {}

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

}  // namespace

int main(int count, char** arguments) {
  std::uint64_t runs = 100'000, seed = 1;
  bool files = false;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument(arguments[i]);
    if ((argument == "--runs" || argument == "--seed") && i + 1 < count) {
      (argument == "--runs" ? runs : seed) = std::strtoull(arguments[++i], nullptr, 10);
      continue;
    }
    std::ifstream file(arguments[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "%s cannot be read\n", arguments[i]);
      return 2;
    }
    run({std::istreambuf_iterator<char>(file), {}});
    files = true;
  }
  if (files) return 0;
  Mutator mutator(seed);
  for (std::uint64_t i = 0; i < runs; ++i) run(mutator.next());
  std::printf("%llu inputs from seed %llu\n", static_cast<unsigned long long>(runs),
              static_cast<unsigned long long>(seed));
}
