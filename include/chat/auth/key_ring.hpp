#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "chat/auth/key_set.hpp"
#include "chat/base/snapshot.hpp"

namespace chat {

struct KeyFiles {
  std::string secret_file;  // empty: none
  std::string keys_file;    // PEM or JWK Set; empty: none
};

/// All keys of a node: those of its files and those that a JwksClient has fetched. A source that breaks keeps the keys
/// that it gave last.
/// Thread: keys() any; all others one, the owner's. Owner: the node.
class KeyRing {
 public:
  /// Reads nothing yet.
  explicit KeyRing(KeyFiles files);

  /// Reads all files. Returns a sentence for each that cannot be used and whose fault it has not returned before: the
  /// owner refuses to start, or logs them later.
  std::vector<std::string> reload();
  /// The same for files whose time or size is another one than when they were read. Call it each minute.
  std::vector<std::string> reload_changed();

  /// Replaces the fetched keys.
  void set_fetched(KeySet keys);

  /// The keys of all sources now. Never null.
  std::shared_ptr<const KeySet> keys() const { return published_.get(); }
  /// Sentences about keys in files that are not used, from the last reading.
  std::vector<std::string> skipped() const;

 private:
  struct Source {
    std::string path;
    LoadedKeys (*read)(const std::string& path);
    LoadedKeys last{};  // keys: the last good ones; error: of the last reading
    std::filesystem::file_time_type time{};
    std::uintmax_t size = 0;

    bool has_changed();
    /// A fault that is new.
    std::optional<std::string> reload();
  };

  std::vector<std::string> reload(bool also_unchanged);
  void publish();

  std::vector<Source> sources_;
  KeySet fetched_;
  Snapshot<KeySet> published_;
};

}  // namespace chat
