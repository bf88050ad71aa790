#include "chat/transport/http/ask_door.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <string>
#include <utility>

#include "chat/transport/http/router.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

/// A token in the query is for the cluster alone.
std::string without_token(std::string_view query) {
  std::string kept;
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (part.starts_with("access_token=")) continue;
    if (!kept.empty()) kept += '&';
    kept += part;
  }
  return kept;
}

ConnectRequest connect_request_of(const HttpRequest& request, std::string_view protocol,
                                  const boost::asio::ip::address& client, const std::vector<std::string>& headers) {
  const auto target = target_of(request);
  ConnectRequest connect{client.to_string(), std::string(protocol), std::string(path_of(target))};
  if (const auto mark = target.find('?'); mark != std::string_view::npos) {
    connect.query = without_token(target.substr(mark + 1));
  }
  for (const auto& name : headers) {
    const auto value = request[boost::beast::string_view(name.data(), name.size())];
    if (!value.empty()) connect.headers.emplace_back(name, std::string(value.data(), value.size()));
  }
  return connect;
}

HttpResponse refusal(const HttpRequest& request, const Entry& entry) {
  auto response = make_error(request, static_cast<http::status>(entry.status), entry.text);
  if (response.result() == http::status::service_unavailable) response.set(http::field::retry_after, "1");
  return response;
}

}  // namespace

void ask_door(Door* door, const HttpRequest& request, std::string_view protocol, const boost::asio::ip::address& client,
              std::shared_ptr<const Identity> identity, Shard& shard, std::function<void(Welcomed)> then) {
  if (door == nullptr || !door->is_watched()) return then(LetIn{std::move(identity)});
  ConnectRequest connect = connect_request_of(request, protocol, client, door->headers());
  connect.identity = std::move(identity);
  const auto asked = std::make_shared<const ConnectRequest>(connect);
  door->decide(std::move(connect), [&request, &shard, asked, then = std::move(then)](Entry entry) {
    boost::asio::post(shard.context(), [&request, &shard, asked, then, entry = std::move(entry)]() mutable {
      if (shard.is_draining()) entry = {{}, 503, "this node is leaving"};
      entry.status != 0 ? then(refusal(request, entry)) : then(LetIn{std::move(entry.identity), asked});
    });
  });
}

}  // namespace chat
