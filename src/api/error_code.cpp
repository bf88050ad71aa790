#include "api/error_code.hpp"

#include "chat/base/json_text.hpp"

namespace chat::api {

using boost::beast::http::status;

ApiErrorCode api_error_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::unauthorized:
      return {101, status::unauthorized};
    case ErrorCode::not_found:
    case ErrorCode::not_joined:
      return {102, status::not_found};
    case ErrorCode::forbidden:
      return {103, status::forbidden};
    case ErrorCode::unknown_type:
      return {104, status::not_found};
    case ErrorCode::bad_request:
    case ErrorCode::bad_room:
    case ErrorCode::too_many_rooms:
      return {107, status::bad_request};
    case ErrorCode::too_large:
      return {107, status::payload_too_large};
    case ErrorCode::unavailable:
      return {108, status::service_unavailable};
    case ErrorCode::busy:
    case ErrorCode::rate_limited:
      return {111, status::too_many_requests};
    case ErrorCode::out_of_sequence:
      return {112, status::range_not_satisfiable};
    case ErrorCode::timed_out:
      return {113, status::gateway_timeout};
    case ErrorCode::refused:
      return {114, status::conflict};
    case ErrorCode::internal:
      break;
  }
  return {100, status::internal_server_error};
}

std::string answer_of(const Result<std::string>& result) {
  if (result) return R"({"result":)" + *result + '}';
  std::string out = R"({"error":{"code":)";
  append_number(out, api_error_code(result.error().code).number);
  out += R"(,"message":)";
  append_json_string(out, result.error().message);
  return out += "}}";
}

}  // namespace chat::api
