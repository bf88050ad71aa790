#include "chat/auth/key_ring.hpp"

#include <system_error>
#include <utility>

namespace chat {

KeyRing::KeyRing(KeyFiles files) : published_(std::make_shared<const KeySet>()) {
  if (!files.secret_file.empty()) sources_.push_back({std::move(files.secret_file), keys_from_secret_file});
  if (!files.keys_file.empty()) sources_.push_back({std::move(files.keys_file), keys_from_file});
}

bool KeyRing::Source::has_changed() {
  std::error_code failed;  // a file that is gone has no time and no size
  const auto new_time = std::filesystem::last_write_time(path, failed);
  const auto new_size = std::filesystem::file_size(path, failed);
  return std::exchange(time, new_time) != new_time || std::exchange(size, new_size) != new_size;
}

std::optional<std::string> KeyRing::Source::reload() {
  auto read_now = read(path);
  const bool is_new = read_now.error != last.error;
  if (!read_now.error.empty()) read_now.keys = last.keys;
  last = std::move(read_now);
  return is_new && !last.error.empty() ? std::optional(last.error) : std::nullopt;
}

std::vector<std::string> KeyRing::reload() { return reload(true); }
std::vector<std::string> KeyRing::reload_changed() { return reload(false); }

std::vector<std::string> KeyRing::reload(bool also_unchanged) {
  std::vector<std::string> faults;
  for (auto& source : sources_) {
    const bool changed = source.has_changed();  // before it is read: a change in between is seen next time
    if (!changed && !also_unchanged) continue;
    if (auto fault = source.reload()) faults.push_back(std::move(*fault));
  }
  publish();
  return faults;
}

void KeyRing::set_fetched(KeySet keys) {
  fetched_ = std::move(keys);
  publish();
}

std::vector<std::string> KeyRing::skipped() const {
  std::vector<std::string> all;
  for (const auto& source : sources_) {
    for (const auto& why : source.last.skipped) all.push_back(source.path + ": " + why);
  }
  return all;
}

void KeyRing::publish() {
  KeySet all;
  for (const auto& source : sources_) all = all.joined_with(source.last.keys);
  published_.set(std::make_shared<const KeySet>(all.joined_with(fetched_)));
}

}  // namespace chat
