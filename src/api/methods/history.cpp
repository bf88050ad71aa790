// history: the messages of a room's log.
#include <algorithm>
#include <utility>

#include "api/method.hpp"
#include "chat/base/json_text.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/core/limits.hpp"

namespace chat::api {
namespace {

struct Query {
  std::uint32_t limit = 0;
  std::optional<Position> since;
  bool reverse = false;
};

Query read_query(Parameters& parameters) {
  Query query;
  const auto limit = parameters.number("limit").value_or(0);
  if (limit > limits::kPageMessages) throw Failure{ErrorCode::bad_request, "\"limit\" is at most 200"};
  query.limit = static_cast<std::uint32_t>(limit);
  query.reverse = parameters.flag("reverse");
  if (const auto since = parameters.value("since")) {
    if (!since->is(JsonView::Kind::object)) throw Failure{ErrorCode::bad_request, "\"since\" must be an object"};
    Parameters position(*since);
    query.since = Position{position.text("epoch", 64).value_or(std::string()), position.number("offset").value_or(0)};
    position.expect_no_more();
  }
  return query;
}

// Nodes add members to the content of a message.
constexpr JsonLimits kBodyLimits{limits::kJsonDepth, limits::kJsonMembers + 16};

/// A publication: the data as it was published, and the facts beside it. A body that no node has written has none.
void append_publication(std::string& out, const Message& message) {
  out += R"({"offset":)";
  append_number(out, message.offset);
  const JsonView body(validate_json(message.body.view(), kBodyLimits) ? std::string_view("{}") : message.body.view());
  if (const auto text = body.find("text")) {
    ((out += R"(,"data":{"text":)") += text->raw()) += '}';
  } else if (const auto data = body.find("data")) {
    (out += R"(,"data":)") += data->raw();
  } else {
    out += R"(,"data":null)";
  }
  for (const auto* name : {"from", "time", "node", "seq"}) {
    if (const auto value = body.find(name)) ((((out += ",\"") += name) += "\":") += value->raw());
  }
  out += '}';
}

std::string text_of_history(const Position& top, const std::vector<Message>& messages) {
  std::string out = R"({"publications":[)";
  for (const auto& message : messages) {
    if (out.back() == '}') out += ',';
    append_publication(out, message);
  }
  out += R"(],"offset":)";
  append_number(out, top.offset);
  out += R"(,"epoch":)";
  append_json_string(out, top.epoch);
  return out += '}';
}

}  // namespace

void history(Call call) {
  auto room = call.parameters.room();
  const Query query = read_query(call.parameters);
  call.parameters.expect_no_more();
  auto& backplane = call.parts.backends.backplane();
  backplane.top(room, [&backplane, room, query, done = std::move(call.done)](Result<Position> top) {
    if (!top) return done(top.error());
    if (query.since && !query.since->epoch.empty() && query.since->epoch != top->epoch) {
      return done(Failure{ErrorCode::out_of_sequence, "the log of the room has another epoch, begin anew"});
    }
    if (query.limit == 0) return done(text_of_history(*top, {}));
    HistoryQuery range;
    range.limit = query.limit;
    range.newest = query.reverse;
    if (query.since) (query.reverse ? range.before : range.after) = query.since->offset;
    backplane.history(room, range, [query, top, done](Result<std::vector<Message>> messages) {
      if (!messages) return done(messages.error());
      if (query.reverse) std::reverse(messages->begin(), messages->end());
      done(text_of_history(*top, *messages));
    });
  });
}

}  // namespace chat::api
