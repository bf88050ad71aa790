#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/transport/http/http.hpp"

namespace chat {

/// Whether the page that makes the request may do so: its origin is the request's own host or one of `allowed`, in
/// which "https://*.example.org" stands for every name below example.org. Programs send no Origin and are admitted.
bool is_origin_allowed(const HttpRequest& request, const std::vector<std::string>& allowed);

/// The origin of the page that makes the request; empty for a program.
std::string origin_of(const HttpRequest& request);

/// Lets a page of `origin`, if that is one of `allowed`, read the response (Fetch standard §3.3), also with
/// credentials.
void share_with_origin(HttpResponse& response, std::string_view origin, const std::vector<std::string>& allowed);

/// Keeps pages of other sites out of `handler`, and lets allowed ones read its answers.
HttpHandler for_origins(const std::vector<std::string>& allowed, HttpHandler handler);

/// Answers a page that asks with OPTIONS whether it may send `methods`; an allowed one may send any header with them,
/// and learns of the usual ones and `headers` if it names none.
HttpHandler preflight(const std::vector<std::string>& allowed, std::string methods, std::string headers = {});

}  // namespace chat
