#include "transport/http/request_head.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <string>

#include "chat/base/ascii.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/router.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

HeadFault bad(std::string_view why) { return {http::status::bad_request, why}; }

/// Splits the target "http://host:1/path?query" into Host and path (RFC 9112 §3.2.2: the target's host counts).
bool resolve_absolute_form(HttpRequest& request) {
  const std::string target(target_of(request));
  const auto mark = target.find("://");
  if (target.starts_with('/') || mark == std::string::npos) return true;
  const std::string_view scheme(target.data(), mark);
  if (!is_same_ignoring_case(scheme, "http") && !is_same_ignoring_case(scheme, "https")) return false;
  const auto begin = mark + 3;
  const auto end = std::min(target.find_first_of("/?", begin), target.size());
  if (end == begin) return false;
  const std::string rest = target.substr(end);
  request.set(http::field::host, target.substr(begin, end - begin));
  request.target(rest.starts_with('/') ? rest : '/' + rest);
  return true;
}

/// host[:port], where the host is a name or an address (RFC 3986 §3.2.2). Empty is a host, too.
bool is_host(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           std::string_view("-._~%!$&'()*+;=:[]").find(c) != std::string_view::npos;
  });
}

std::string_view without_port(std::string_view host) {
  const auto colon = host.rfind(':');
  return colon == std::string_view::npos || host.ends_with(']') ? host : host.substr(0, colon);
}

bool is_host_allowed(std::string_view host, const std::vector<std::string>& allowed) {
  return allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [host](const std::string& one) {
           return is_same_ignoring_case(one, host) || is_same_ignoring_case(one, without_port(host));
         });
}

std::optional<HeadFault> judge_host(const HttpRequest& request, const TransportSettings& settings) {
  const auto host = text(request[http::field::host]);
  if (!is_host(host)) return bad("this Host is none");
  if (!is_probe(path_of(target_of(request))) && !is_host_allowed(host, settings.allowed_hosts)) {
    return HeadFault{http::status::misdirected_request, "this node does not serve this host"};
  }
  return std::nullopt;
}

/// Only `chunked`, once and last, says where a body ends (RFC 9112 §6.1, §6.3).
std::optional<HeadFault> judge_codings(const HttpRequest& request) {
  if (request.count(http::field::transfer_encoding) == 0) return std::nullopt;
  if (request.version() < 11) return bad("HTTP/1.0 has no transfer codings");
  bool chunked = false, unknown = false;
  const auto fields = request.equal_range(http::field::transfer_encoding);
  for (auto field = fields.first; field != fields.second; ++field) {
    auto rest = text(field->value());
    for (bool more = true; more;) {
      const auto comma = rest.find(',');
      auto coding = rest.substr(0, comma);
      more = comma != std::string_view::npos;
      if (more) rest.remove_prefix(comma + 1);
      while (!coding.empty() && (coding.front() == ' ' || coding.front() == '\t')) coding.remove_prefix(1);
      while (!coding.empty() && (coding.back() == ' ' || coding.back() == '\t')) coding.remove_suffix(1);
      if (coding.empty() || chunked) return bad("chunked must be the last transfer coding, once");
      chunked = is_same_ignoring_case(coding, "chunked");
      unknown = unknown || !chunked;
    }
  }
  if (unknown) return HeadFault{http::status::not_implemented, "the only transfer coding here is chunked"};
  return std::nullopt;
}

}  // namespace

std::optional<HeadFault> judge_head(HttpRequest& request, const TransportSettings& settings) {
  const auto hosts = request.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && request.version() == 11)) return bad("Host must be there once");
  if (!resolve_absolute_form(request)) return bad("this target is no http URL");
  if (const auto fault = judge_host(request, settings)) return fault;
  if (const auto fault = judge_codings(request)) return fault;
  const bool expects_other = request.count(http::field::expect) > 0 && !expects_continue(request);
  if (request.version() == 11 && expects_other) {
    return HeadFault{http::status::expectation_failed, "the only expectation met here is 100-continue"};
  }
  return std::nullopt;
}

bool expects_continue(const HttpRequest& request) {
  return request.version() == 11 && request.count(http::field::expect) == 1 &&
         is_same_ignoring_case(text(request[http::field::expect]), "100-continue");
}

bool is_probe(std::string_view path) { return path == "/health" || path == "/ready" || path == "/open"; }

bool needs_no_place(const HttpParser& head, std::size_t rest, const TransportSettings& settings) {
  if (head.chunked() || head.content_length().value_or(0) > rest) return false;
  const auto target = target_of(head.get());
  Negotiated connection{ConnectionToken(query_value(target, "id"))};
  return is_probe(path_of(target)) || (!connection.token.empty() && was_negotiated(settings.secret.view(), connection));
}

}  // namespace chat
