#include "apps/chatctl/token/input.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace chat::ctl {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return text;
}

}  // namespace chat::ctl
