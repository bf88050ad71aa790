#pragma once

#include <boost/beast/http/status.hpp>
#include <string>

#include "chat/core/error.hpp"

namespace chat::api {

/// The number of an error of the API, as in the API of Centrifugo, and the status of HTTP that says the same.
struct ApiErrorCode {
  int number;
  boost::beast::http::status status;
};
ApiErrorCode api_error_code(ErrorCode code);

/// {"result":…} or {"error":{"code":…,"message":…}}.
std::string answer_of(const Result<std::string>& result);

}  // namespace chat::api
