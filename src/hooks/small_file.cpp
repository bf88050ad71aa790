#include "hooks/small_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace chat {

Result<std::string> read_small_file(const std::string& path, std::size_t most) {
  const auto fault = [&path](const std::string& sentence) {
    return Failure{ErrorCode::bad_request, path + ": " + sentence};
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return fault("is a folder, not a file");
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text(most + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in && !in.eof()) return fault(std::string("cannot be read: ") + std::strerror(errno));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > most) return fault("is longer than " + std::to_string(most) + " bytes");
  return text;
}

}  // namespace chat
