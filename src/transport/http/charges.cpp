#include "transport/http/charges.hpp"

#include <chrono>
#include <string>

#include "chat/base/metrics.hpp"
#include "chat/core/limits.hpp"
#include "chat/sessions/shard.hpp"

namespace chat {

namespace http = boost::beast::http;
using boost::asio::ip::address;

namespace {

Counter refused_connections{"chat_refused_total{limit=\"connections\"}", limits::kRefusedHelp};
Counter refused_connects{"chat_refused_total{limit=\"connects\"}", limits::kRefusedHelp};
Counter refused_http{"chat_refused_total{limit=\"http_requests\"}", limits::kRefusedHelp};

HttpResponse too_many(const HttpRequest& request, std::string_view what) {
  auto response = make_error(request, http::status::too_many_requests, what);
  response.set(http::field::retry_after, "5");
  return response;
}

}  // namespace

address client_of(const HttpRequest& request, const address& peer, const TransportSettings& settings) {
  const auto forwarded = request["X-Forwarded-For"];
  return client_address(peer, {forwarded.data(), forwarded.size()}, settings.trusted_proxies);
}

Milliseconds charge_input(Shard& shard, const address& client, std::uint64_t bytes) {
  const auto& limit = shard.settings().address_input;
  const auto key = address_key(client);
  const Instant now = shard.clock().now();
  const auto wait = shard.rates().wait(RateTable::Kind::input, key, limit, now);
  if (wait == Milliseconds{0}) {
    shard.rates().charge(RateTable::Kind::input, key, limit, now, static_cast<std::uint32_t>(bytes));
  }
  return wait;
}

Milliseconds charge_long_head(Shard& shard, const address& client, std::size_t bytes) {
  constexpr std::size_t kOrdinary = 4096;
  return bytes > kOrdinary ? charge_input(shard, client, bytes) : Milliseconds{0};
}

bool is_over_connects(Shard& shard, const address& client, const TransportSettings& settings) {
  return shard.rates().take(RateTable::Kind::connects, address_key(client), settings.connects, shard.clock().now()) >
         Milliseconds{0};
}

HttpResponse too_many_requests(const HttpRequest& request, Milliseconds wait) {
  return too_many_requests(request, "too many requests", wait);
}

HttpResponse too_many_requests(const HttpRequest& request, std::string_view why, Milliseconds wait) {
  refused_http.add();
  auto response = make_error(request, http::status::too_many_requests, why);
  response.set(http::field::retry_after, std::to_string(std::chrono::ceil<Seconds>(wait).count()));
  return response;
}

HttpResponse too_many_connections(const HttpRequest& request) {
  refused_connections.add();
  return too_many(request, "too many connections");
}

HttpResponse too_many_connects(const HttpRequest& request) {
  refused_connects.add();
  return too_many(request, "too many connections in too short a time");
}

}  // namespace chat
