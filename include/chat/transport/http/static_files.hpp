#pragma once

#include <filesystem>
#include <string>

#include "chat/base/hash.hpp"
#include "chat/transport/http/http.hpp"

namespace chat {

/// The files below one folder, read once at start: requests only look names up, so no path can lead out of it.
/// Immutable. Thread: any, several at once. Owner: the node.
class StaticFiles {
 public:
  /// Throws std::runtime_error when there is no such folder or no index.html in it.
  explicit StaticFiles(const std::filesystem::path& folder);

  HttpResponse serve(const HttpRequest& request) const;

 private:
  struct File {
    std::string bytes;
    std::string gzipped;
    std::string_view type;
    std::string etag;
  };
  TextMap<File> files_;  // by request path
};

}  // namespace chat
