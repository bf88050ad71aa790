// The head of an HTTP request and the fields in it. Wherever the bytes are cut the result is the same; the parser sees
// each line of the head as one field, and no other; an accepted head can be written back; and answers are one response.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/write.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/base/assert.hpp"
#include "chat/transport/admission.hpp"
#include "chat/transport/http/origin.hpp"
#include "chat/transport/http/router.hpp"
#include "fuzz/choices.hpp"
#include "transport/http/http_head.hpp"
#include "transport/http/request_head.hpp"
#include "transport/websocket/deflate_offer.hpp"
#include "transport/websocket/websocket_handshake.hpp"

namespace {

using namespace chat;
namespace http = boost::beast::http;
using boost::system::error_code;

const std::vector<std::string> kAllowed{"https://allowed.example"};

std::string_view text(boost::beast::string_view view) { return {view.data(), view.size()}; }

/// As a connection reads it: piece by piece, until the head is decided.
HttpHead check_in_pieces(std::string_view bytes, std::uint8_t split) {
  HttpHead head;
  std::string buffer;
  in_pieces(bytes, split, [&](std::string_view piece) {
    buffer += piece;
    head = check_head(std::string(buffer));
    return head.kind == HttpHead::Kind::unfinished;
  });
  return head;
}

/// The accepted request; nothing if the parser has refused it or still waits for the end of its head.
struct Parsed {
  std::string text;      // as it is written
  std::size_t used = 0;  // bytes
  bool operator==(const Parsed&) const = default;
};

std::string write(const HttpRequest& request) {
  std::string out(text(request.method_string()));
  out += ' ' + std::string(target_of(request)) + (request.version() == 11 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n");
  for (const auto& field : request) {
    out += std::string(text(field.name_string())) + ": " + std::string(text(field.value())) + "\r\n";
  }
  return out + "\r\n";
}

/// The head, then the body, from a buffer that grows as bytes arrive.
Parsed parse(std::string_view bytes, std::uint8_t split) {
  HttpParser parser;
  set_limits(parser);
  Parsed parsed;
  bool refused = false;
  std::string buffer;
  in_pieces(bytes, split, [&](std::string_view piece) {
    buffer += piece;
    while (!parser.is_done() && !buffer.empty()) {
      if (parser.is_header_done()) parser.eager(true);
      error_code error;
      const auto used = parser.put(boost::asio::buffer(buffer), error);
      buffer.erase(0, used);
      parsed.used += used;
      if (error == http::error::need_more) return true;
      refused = error.failed();
      if (refused) return false;
    }
    return !parser.is_done();
  });
  if (refused || !parser.is_header_done()) return {};
  parsed.text = write(parser.get()) + parser.get().body();
  return parsed;
}

std::string_view trimmed(std::string_view value) {
  const auto first = value.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return value.substr(first, value.find_last_not_of(" \t") - first + 1);
}

/// A reader of its own: lines, and names up to the colon. Two readers that differ are how requests are smuggled. Beast
/// moves fields of one name together, so their order is not compared.
void check_fields(std::string_view head, const HttpRequest& request) {
  std::vector<std::pair<std::string_view, std::string_view>> lines, fields;
  for (const auto& field : request) fields.emplace_back(text(field.name_string()), text(field.value()));
  head.remove_prefix(head.find("\r\n") + 2);
  while (head != "\r\n") {
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    const auto colon = line.find(':');
    CHAT_ASSERT(colon != std::string_view::npos);
    lines.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
    CHAT_ASSERT(std::none_of(line.begin(), line.end(), [](char c) { return c == '\0' || c == '\n' || c == '\r'; }));
    CHAT_ASSERT(line.substr(0, colon).find_first_of(" \t") == std::string_view::npos);
  }
  CHAT_ASSERT(std::is_permutation(lines.begin(), lines.end(), fields.begin(), fields.end()));
  const auto lengths = request.equal_range(http::field::content_length);
  CHAT_ASSERT(lengths.first == lengths.second || request.count(http::field::transfer_encoding) == 0);
  CHAT_ASSERT(std::all_of(lengths.first, lengths.second,
                          [&](const auto& field) { return field.value() == lengths.first->value(); }));
}

/// The first value of a name, found another way.
std::string_view query_by_search(std::string_view target, std::string_view name) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {};
  for (std::size_t at = mark; at != std::string_view::npos; at = target.find('&', at + 1)) {
    const auto rest = target.substr(at + 1);
    if (!rest.starts_with(std::string(name) + '=')) continue;
    const auto value = rest.substr(name.size() + 1, rest.find('&') - name.size() - 1);
    return value;
  }
  return {};
}

void check_target(std::string_view target) {
  CHAT_ASSERT(!target.empty() && target.find_first_of(std::string_view(" \r\n\0", 4)) == std::string_view::npos);
  CHAT_ASSERT(target.starts_with(path_of(target)) && path_of(target).find('?') == std::string_view::npos);
  for (const auto name : {"id", "room", "ack", "useStatefulReconnect"}) {
    CHAT_ASSERT(query_value(target, name) == query_by_search(target, name));
  }
}

/// A response is one: its head ends where it should, and another parser reads the same.
void check_response(HttpResponse response) {
  response.prepare_payload();
  std::ostringstream written;
  written << response;
  const std::string bytes = written.str(), head = head_of(response);
  CHAT_ASSERT(head.find("\r\n\r\n") == head.size() - 4);
  if (response.version() == 11) CHAT_ASSERT(bytes == head + response.body());
  if (!response.body().empty()) CHAT_ASSERT(nlohmann::json::parse(response.body()).contains("error"));
  http::response_parser<http::string_body> parser;
  error_code error;
  parser.eager(true);
  if (response.result() == http::status::switching_protocols) parser.skip(true);
  CHAT_ASSERT(parser.put(boost::asio::buffer(bytes), error) == bytes.size() && !error && parser.is_done());
  CHAT_ASSERT(parser.get().result() == response.result());
}

void check_upgrade(const HttpRequest& request) {
  const bool deflate = offers_deflate(request);
  if (deflate) CHAT_ASSERT(request.count(http::field::sec_websocket_extensions) > 0);
  for (const std::string_view subprotocol : {"chat.v1", ""}) {
    auto response = answer_handshake(request, kAllowed, subprotocol);
    if (response.result() == http::status::switching_protocols) {
      CHAT_ASSERT(request.method() == http::verb::get && request.version() == 11);
      CHAT_ASSERT(request.count(http::field::host) == 1 && request.count(http::field::origin) <= 1);
      CHAT_ASSERT(response[http::field::sec_websocket_accept].size() == 28);
      const auto chosen = text(response[http::field::sec_websocket_protocol]);
      CHAT_ASSERT(chosen.empty() || chosen == subprotocol);
      if (deflate) response.set(http::field::sec_websocket_extensions, kDeflateAnswer);
      share_with_origin(response, origin_of(request), kAllowed);
    }
    check_response(std::move(response));
  }
}

void check_route(const HttpRequest& request) {
  static const Router router = [] {
    Router made;
    const auto answer = [](const HttpCall& call) { call.reply(make_unavailable(call.request)); };
    made.get("/health", answer);
    made.on(http::verb::post, "/sse", answer);
    made.on(http::verb::get, "/sse", for_origins(kAllowed, answer));
    return made;
  }();
  std::size_t answers = 0;
  router.handle({request, [&answers](HttpAnswer answer) {
                   ++answers;
                   check_response(*response_in(answer));
                 }});
  CHAT_ASSERT(answers == 1);
}

void check_client(const HttpRequest& request) {
  static const auto trusted = AddressRanges::parse({"127.0.0.0/8", "10.0.0.0/8"}).value();
  const auto proxy = boost::asio::ip::make_address("127.0.0.1"), other = boost::asio::ip::make_address("192.0.2.1");
  const auto forwarded = text(request["X-Forwarded-For"]);
  CHAT_ASSERT(client_address(other, forwarded, trusted) == other);
  const auto client = client_address(proxy, forwarded, trusted);
  if (forwarded.empty()) CHAT_ASSERT(client == proxy);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  const auto split = choices.byte();
  const std::string_view bytes = choices.rest();
  const auto head = check_in_pieces(bytes, 0), again = check_in_pieces(bytes, split);
  CHAT_ASSERT(again.kind == head.kind || again.kind == HttpHead::Kind::too_long);
  if (head.kind != HttpHead::Kind::whole) return 0;

  const auto parsed = parse(bytes, 0), in_parts = parse(bytes, split);
  CHAT_ASSERT(parsed == in_parts);

  HttpParser parser;
  set_limits(parser);
  error_code error;
  const std::string_view head_bytes = bytes.substr(0, head.size);
  const auto used = parser.put(boost::asio::buffer(head_bytes), error);
  if (error || !parser.is_header_done() || judge_head(parser.get(), TransportSettings{})) return 0;
  CHAT_ASSERT(used == head.size && (announces_body(parser) || parser.is_done()));
  const HttpRequest& request = parser.get();
  check_fields(head_bytes, request);
  const auto written = write(request);
  CHAT_ASSERT(check_head(written).size == written.size() && parse(written, 0).text == written);
  check_target(target_of(request));
  if (wants_websocket(request)) check_upgrade(request);
  check_route(request);
  check_client(request);
  return 0;
}
