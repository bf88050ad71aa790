#include "chat/transport/static_files.hpp"

#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/transport/router.hpp"

namespace chat {
namespace {

namespace fs = std::filesystem;
namespace http = boost::beast::http;

/// The page runs its own scripts and nothing else; deploy/nginx says the same where NGINX serves the page.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
    "manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; require-trusted-types-for "
    "'script'";

std::string_view type_of(const fs::path& path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".webmanifest", "application/manifest+json"},
  }};
  const std::string extension = path.extension().string();
  for (const auto& [known, type] : kTypes) {
    if (known == extension) return type;
  }
  return "application/octet-stream";
}

}  // namespace

StaticFiles::StaticFiles(const fs::path& folder) {
  if (!fs::is_directory(folder)) throw std::runtime_error("there is no folder " + folder.string());
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    File file{std::move(bytes).str(), type_of(entry.path()), {}};
    file.etag = '"' + to_hex(sha256(file.bytes).substr(0, 8)) + '"';
    const std::string path = '/' + fs::relative(entry.path(), folder).generic_string();
    files_[path] = std::move(file);
  }
  const auto index = files_.find("/index.html");
  if (index == files_.end()) throw std::runtime_error("there is no index.html in " + folder.string());
  files_["/"] = index->second;
}

HttpResponse StaticFiles::serve(const HttpRequest& request) const {
  const auto file = files_.find(path_of({request.target().data(), request.target().size()}));
  if (file == files_.end()) return make_error(request, http::status::not_found, "there is nothing here");
  const bool unchanged = request[http::field::if_none_match] == file->second.etag;
  auto response = make_response(request, unchanged ? http::status::not_modified : http::status::ok, file->second.type,
                                unchanged ? std::string() : file->second.bytes);
  response.set(http::field::cache_control, "no-cache");
  response.set(http::field::etag, file->second.etag);
  response.set("Content-Security-Policy", kContentSecurityPolicy);
  response.set("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace chat
