#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "chat/transport/http/http.hpp"

namespace chat {

using Headers = std::initializer_list<std::pair<const char*, const char*>>;

/// A request as the parser would have made it.
inline HttpRequest make_request(const std::string& target, Headers headers = {},
                                boost::beast::http::verb method = boost::beast::http::verb::get) {
  HttpRequest request(method, target, 11);
  request.set(boost::beast::http::field::host, "chat.example");
  for (const auto& [name, value] : headers) request.insert(name, value);
  return request;
}

inline std::string header(const HttpResponse& response, const char* name) {
  const auto value = response[name];
  return {value.data(), value.size()};
}

}  // namespace chat
