#include "server/endpoints.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace chat {
namespace {

namespace http = boost::beast::http;
using nlohmann::ordered_json;

HttpResponse json_response(const HttpRequest& request, http::status status, const ordered_json& body) {
  return make_response(request, status, "application/json",
                       body.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

ordered_json to_json(const NodeCard& card, UnixMs now) {
  const bool active = now - card.last_seen <= Milliseconds(NodeRegistry::kActiveWithin).count();
  return {{"id", card.id},
          {"name", card.name},
          {"description", card.description},
          {"last_seen", to_rfc3339(card.last_seen)},
          {"lastSeen", to_rfc3339(card.last_seen)},  // as in the sources
          {"url", "/node/" + card.id + "/"},
          {"active", active && !card.draining},
          {"draining", card.draining},
          {"connections", card.connections},
          {"rooms", card.rooms},
          {"messages_per_second", std::round(card.messages_per_second * 10) / 10},
          {"started_at", to_rfc3339(card.started_at)},
          {"version", card.version},
          {"clock_ahead_ms", card.clock_ahead}};
}

ordered_json to_json(std::vector<NodeCard> cards, const NodeView& view) {
  std::sort(cards.begin(), cards.end(), [](const NodeCard& a, const NodeCard& b) { return a.id < b.id; });
  const UnixMs now = view.clock.unix_ms();
  ordered_json nodes = ordered_json::array();
  std::size_t active = 0;
  for (const auto& card : cards) {
    nodes.push_back(to_json(card, now));
    active += nodes.back()["active"].get<bool>() ? 1 : 0;
  }
  return {{"available_nodes", std::move(nodes)},
          {"current_node", view.id},
          {"auth", view.auth},
          {"active_count", active},
          {"timestamp", to_rfc3339(now)}};
}

}  // namespace

void add_endpoints(Router& router, const NodeView& view) {
  router.get("/health", [view](const HttpCall& call) {
    call.reply(json_response(call.request, http::status::ok, {{"status", "ok"}, {"node", view.id}}));
  });
  router.get("/ready", [view](HttpCall call) {
    boost::asio::post(view.loop, [view, call = std::move(call)] {
      const bool draining = view.is_draining();
      const auto faults = view.faults();
      const bool ready = faults.empty() && !draining;
      call.reply(json_response(call.request, ready ? http::status::ok : http::status::service_unavailable,
                               {{"ready", ready}, {"node", view.id}, {"draining", draining}, {"faults", faults}}));
    });
  });
  router.get("/open", [view](HttpCall call) {
    boost::asio::post(view.loop, [view, call = std::move(call)] {
      const bool is_known =
          !query_value(target_of(call.request), "known").empty();  // the cluster has let the client in
      const bool may_go_on = query_value(target_of(call.request), "refusal") == "403";  // DECISION 0196
      const auto refusal =
          may_go_on && !view.is_draining() ? http::status::forbidden : http::status::service_unavailable;
      const auto status = (is_known || view.is_open()) && !view.is_draining() ? http::status::ok : refusal;
      call.reply(json_response(call.request, status, {{"open", status == http::status::ok}, {"node", view.id}}));
    });
  });
  router.get("/metrics", [view](HttpCall call) {
    boost::asio::post(view.loop, [view, call = std::move(call)] {
      call.reply(make_response(call.request, http::status::ok, "text/plain; version=0.0.4; charset=utf-8",
                               to_prometheus(view.figures())));
    });
  });
  router.get("/nodes", [view](HttpCall call) {
    boost::asio::post(view.loop, [view, call = std::move(call)] {
      view.registry.list([view, call](const Result<std::vector<NodeCard>>& cards) {
        if (!cards) {
          return call.reply(
              make_error(call.request, http::status::service_unavailable, "the registry does not answer"));
        }
        call.reply(json_response(call.request, http::status::ok, to_json(*cards, view)));
      });
    });
  });
}

}  // namespace chat
