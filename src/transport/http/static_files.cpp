#include "chat/transport/http/static_files.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/rfc7230.hpp>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/transport/http/router.hpp"

namespace chat {
namespace {

namespace fs = std::filesystem;
namespace http = boost::beast::http;

/// The page runs only its own scripts. deploy/nginx has the same rule for a page that NGINX serves.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src "
    "'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; require-trusted-types-for "
    "'script'";

/// The page uses none of these, so an injected script cannot use them either.
constexpr std::string_view kPermissionsPolicy =
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()";

/// As a client with `Accept-Encoding: gzip` gets it (RFC 1952).
std::string gzip(std::string& bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(whole ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

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

/// Whether a file below the page's folder is part of the page. Packaging, types, tests and notes lie there, too, but
/// are not for browsers; deploy/nginx/routes.conf has the same rule.
bool is_of_page(const std::string& path) {
  static constexpr std::string_view kFiles[] = {"package.json", "package-lock.json", "tsconfig.json", "jsconfig.json"};
  const auto name = path.substr(path.rfind('/') + 1);
  const bool hidden = path.find("/.") != std::string::npos && path.find("/.well-known/") != 0;
  const bool other = name.ends_with(".ts") || name.ends_with(".md") || name.ends_with(".map") ||
                     name.ends_with(".test.js") || name.ends_with(".test.mjs");
  return !hidden && !other && std::find(std::begin(kFiles), std::end(kFiles), name) == std::end(kFiles);
}

}  // namespace

StaticFiles::StaticFiles(const fs::path& folder) {
  if (!fs::is_directory(folder)) throw std::runtime_error("there is no folder " + folder.string());
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string path = '/' + fs::relative(entry.path(), folder).generic_string();
    if (!entry.is_regular_file() || !is_of_page(path)) continue;
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    File file{std::move(bytes).str(), {}, type_of(entry.path()), {}};
    file.gzipped = gzip(file.bytes);
    file.etag = '"' + to_hex(sha256(file.bytes).substr(0, 8)) + '"';
    if (path.ends_with(".html")) files_[path.substr(0, path.rfind('.'))] = file;  // a page has a short address, too
    files_[path] = std::move(file);
  }
  const auto index = files_.find("/index.html");
  if (index == files_.end()) throw std::runtime_error("there is no index.html in " + folder.string());
  files_["/"] = index->second;
}

HttpResponse StaticFiles::serve(const HttpRequest& request) const {
  const auto file = files_.find(path_of({request.target().data(), request.target().size()}));
  if (file == files_.end()) return make_error(request, http::status::not_found, "there is nothing here");
  const auto accepted = request[http::field::accept_encoding];
  const bool zipped = !file->second.gzipped.empty() && http::token_list(accepted).exists("gzip");
  const bool unchanged = request[http::field::if_none_match] == file->second.etag;
  auto response = make_response(request, unchanged ? http::status::not_modified : http::status::ok, file->second.type,
                                unchanged ? std::string()
                                : zipped  ? file->second.gzipped
                                          : file->second.bytes);
  response.set(http::field::vary, "Accept-Encoding");
  if (zipped) response.set(http::field::content_encoding, "gzip");
  response.set(http::field::cache_control, "no-cache");
  response.set(http::field::etag, file->second.etag);
  response.set("Content-Security-Policy", kContentSecurityPolicy);
  response.set("Permissions-Policy", kPermissionsPolicy);
  response.set("Cross-Origin-Opener-Policy", "same-origin");
  response.set("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace chat
