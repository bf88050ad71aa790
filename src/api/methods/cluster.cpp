// rooms, channels, info: the rooms and nodes of the cluster, as the store knows them.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "api/method.hpp"
#include "chat/base/json_text.hpp"

namespace chat::api {
namespace {

constexpr std::uint64_t kMaxChannels = 100;  // each costs a read of its people

struct PageQuery {
  std::string prefix;
  std::string cursor;
  std::size_t limit;
};

PageQuery read_page(Parameters& parameters, std::uint64_t most) {
  PageQuery page;
  page.prefix = parameters.text("prefix").value_or(std::string());
  page.cursor = parameters.text("cursor").value_or(std::string());
  const auto limit = parameters.number("limit").value_or(most);
  if (limit < 1 || limit > most) {
    throw Failure{ErrorCode::bad_request, "\"limit\" is a number from 1 to " + std::to_string(most)};
  }
  page.limit = limit;
  return page;
}

void append_cursor(std::string& out, const std::string& next) {
  if (next.empty()) return;
  out += R"(,"cursor":)";
  append_json_string(out, next);
}

std::string text_of_page(const RoomPage& page) {
  std::string out = R"({"rooms":[)";
  for (const auto& name : page.names) {
    if (out.back() == '"') out += ',';
    append_json_string(out, name);
  }
  out += ']';
  append_cursor(out, page.next);
  return out += '}';
}

/// The number of people in each room of a page.
struct Counting {
  RoomPage page;
  std::vector<std::size_t> people;
  std::size_t missing;
  Completion<std::string> done;
  std::optional<Failure> failure{};

  void finish() const {
    if (failure) return done(*failure);
    std::string out = R"({"channels":{)";
    for (std::size_t i = 0; i < people.size(); ++i) {
      if (i > 0) out += ',';
      append_json_string(out, page.names[i]);
      out += R"(:{"num_clients":)";
      append_number(out, people[i]);
      out += '}';
    }
    out += '}';
    append_cursor(out, page.next);
    done(out + '}');
  }
};

void count_people(PresenceStore& presence, RoomPage page, Completion<std::string> done) {
  const std::size_t size = page.names.size();
  const auto counting =
      std::make_shared<Counting>(Counting{std::move(page), std::vector<std::size_t>(size), size, std::move(done)});
  if (size == 0) return counting->finish();
  for (std::size_t i = 0; i < size; ++i) {
    presence.load(counting->page.names[i], PresenceStore::Through::living_nodes,
                  [counting, i](const Result<std::vector<PresenceRow>>& rows) {
                    if (rows)
                      counting->people[i] = rows->size();
                    else
                      counting->failure = rows.error();
                    if (--counting->missing == 0) counting->finish();
                  });
  }
}

std::string text_of_nodes(std::vector<NodeCard> cards, UnixMs now) {
  std::sort(cards.begin(), cards.end(), [](const NodeCard& a, const NodeCard& b) { return a.id < b.id; });
  std::string out = R"({"nodes":[)";
  for (const auto& card : cards) {
    if (now - card.last_seen > Milliseconds(NodeRegistry::kActiveWithin).count()) continue;
    if (out.back() == '}') out += ',';
    out += R"({"uid":)";
    append_json_string(out, card.instance);
    out += R"(,"name":)";
    append_json_string(out, card.id);
    out += R"(,"version":)";
    append_json_string(out, card.version);
    out += R"(,"num_clients":)";
    append_number(out, card.connections);
    out += R"(,"num_channels":)";
    append_number(out, card.rooms);
    out += R"(,"uptime":)";
    append_number(out, std::max<UnixMs>(0, (now - card.started_at) / 1000));
    out += '}';
  }
  return out += "]}";
}

}  // namespace

void rooms(Call call) {
  PageQuery page = read_page(call.parameters, RoomDirectory::kMaxPage);
  call.parameters.expect_no_more();
  call.parts.backends.directory().list(std::move(page.prefix), std::move(page.cursor), page.limit,
                                       [done = std::move(call.done)](const Result<RoomPage>& found) {
                                         if (!found) return done(found.error());
                                         done(text_of_page(*found));
                                       });
}

void channels(Call call) {
  PageQuery page = read_page(call.parameters, kMaxChannels);
  if (const auto pattern = call.parameters.text("pattern")) {  // of Centrifugo; here only a prefix and a star
    if (!page.prefix.empty() || pattern->find('*') != pattern->size() - 1) {
      throw Failure{ErrorCode::bad_request, "\"pattern\" must be a prefix with one * behind it"};
    }
    page.prefix = pattern->substr(0, pattern->size() - 1);
  }
  call.parameters.expect_no_more();
  auto& presence = call.parts.backends.presence();
  call.parts.backends.directory().list(std::move(page.prefix), std::move(page.cursor), page.limit,
                                       [&presence, done = std::move(call.done)](Result<RoomPage> found) {
                                         if (!found) return done(found.error());
                                         count_people(presence, *std::move(found), done);
                                       });
}

void info(Call call) {
  call.parameters.expect_no_more();
  call.parts.backends.registry().list(
      [&clock = call.parts.clock, done = std::move(call.done)](const Result<std::vector<NodeCard>>& cards) {
        if (!cards) return done(cards.error());
        done(text_of_nodes(*cards, clock.unix_ms()));
      });
}

}  // namespace chat::api
