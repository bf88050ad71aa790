#include <cerrno>
#include <cstring>
#include <fstream>
#include <variant>

#include "chat/auth/key_set.hpp"

namespace chat {
namespace {

/// The bytes of a file, or a sentence that says why there are none.
struct FileText {
  std::string text;
  std::string error;
};

FileText read_key_file(const std::string& path) {
  FileText file;
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  file.text.resize(kMaxKeySourceBytes + 1);
  if (in) in.read(file.text.data(), static_cast<std::streamsize>(file.text.size()));
  if (!in && !in.eof()) {
    file.error = path + ": cannot be read: " + std::strerror(errno);
    return file;
  }
  file.text.resize(static_cast<std::size_t>(in.gcount()));
  if (file.text.size() > kMaxKeySourceBytes) file.error = path + ": longer than 256 KiB";
  return file;
}

}  // namespace

LoadedKeys keys_from_secret_file(const std::string& path) {
  const auto file = read_key_file(path);
  if (!file.error.empty()) return {{}, file.error, {}};
  return keys_from_secret(file.text, path);
}

LoadedKeys keys_from_file(const std::string& path) {
  const auto file = read_key_file(path);
  if (!file.error.empty()) return {{}, file.error, {}};
  const auto first = file.text.find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string::npos && file.text[first] == '{';
  return is_json ? keys_from_jwks(file.text, path) : keys_from_pem(file.text, path);
}

}  // namespace chat
