#include "server/operator_desk.hpp"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "chat/backplane/drain_request.hpp"
#include "chat/base/digest.hpp"
#include "chat/base/log.hpp"
#include "chat/core/limits.hpp"

namespace chat {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr Milliseconds kRetry{100};
constexpr Seconds kOrderTime{2};
constexpr std::string_view kWrongSecret = "wrong secret";

std::string address_of(const NodeInstance& instance) { return "desk." + instance; }

std::string signature(std::string_view secret, const NodeInstance& to, std::string_view question) {
  return to_hex(hmac_sha256(secret, "desk " + to + '\n' + std::string(question)));
}

std::string json_text(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

struct OperatorDesk::Event {
  UnixMs time = 0;
  ordered_json text;
};

/// A node, as it told of itself last.
struct OperatorDesk::Known {
  NodeCard card;
  ordered_json report{};  // null: none yet
  Instant reported_at{};
  std::uint64_t last_event = 0;
  std::string why{};  // there is no news: no_answer, other_secret
  bool is_asked = false;
};

OperatorDesk::OperatorDesk(Parts parts) : parts_(std::move(parts)), retry_(parts_.loop) {}
OperatorDesk::~OperatorDesk() = default;

void OperatorDesk::start() { listen(); }

void OperatorDesk::listen() {
  const auto on_asked = [this](std::string_view request, const Messenger::Answer& answer) { serve(request, answer); };
  parts_.backends.messenger().listen(address_of(parts_.instance), on_asked, [this](const Result<bool>& listens) {
    if (listens) return;
    retry_.expires_after(kRetry);
    retry_.async_wait([this](boost::system::error_code error) {
      if (!error) listen();
    });
  });
}

/// "<signature>\n<question>".
std::string OperatorDesk::sealed(const NodeInstance& to, const std::string& question) const {
  return signature(parts_.secret.view(), to, question) + '\n' + question;
}

void OperatorDesk::serve(std::string_view request, const Messenger::Answer& answer) {
  const auto line = request.find('\n');
  const auto seal = request.substr(0, line);
  const auto question = line == std::string_view::npos ? std::string_view() : request.substr(line + 1);
  const bool is_genuine = parts_.secret.any(
      [&](std::string_view secret) { return is_same_secret(signature(secret, parts_.instance, question), seal); });
  if (!is_genuine) return answer(std::string(kWrongSecret));
  const auto asked = json::parse(question, nullptr, false);
  if (!asked.is_object()) return answer("{}");
  if (asked.contains("find") && asked["find"].is_string()) return parts_.own.find(asked["find"], answer);
  const auto after = asked.find("events_after");
  parts_.own.report(after != asked.end() && after->is_number_unsigned() ? after->get<std::uint64_t>() : 0, answer);
}

void OperatorDesk::ask(const NodeCard& card, const std::string& question, Completion<std::string> done) {
  parts_.backends.messenger().ask(
      address_of(card.instance), sealed(card.instance, question), kAnswerTime,
      [done = std::move(done)](Result<std::string> answer) {
        if (answer && *answer == kWrongSecret) {
          return done(Failure{ErrorCode::forbidden, "the node has another secret: --secret"});
        }
        if (answer && answer->size() > kMaxAnswerBytes) {
          return done(Failure{ErrorCode::unavailable, "the node gave no usable answer"});
        }
        done(std::move(answer));
      });
}

void OperatorDesk::on_listed(const std::vector<NodeCard>& cards) {
  if (!parts_.is_watched()) {
    known_.clear();
    events_.clear();
    return;
  }
  std::erase_if(known_, [&cards](const auto& one) {
    return std::none_of(cards.begin(), cards.end(), [&one](const NodeCard& card) { return card.id == one.first; });
  });
  const Instant now = parts_.clock.now();
  const bool is_due = !asked_at_ || now - *asked_at_ >= kAskEvery;
  if (is_due) asked_at_ = now;
  for (const auto& card : cards) {
    if (!known_.contains(card.id) && known_.size() >= limits::kNodesSeen) continue;
    Known& known = known_[card.id];
    if (known.card.instance != card.instance) known = {};
    known.card = card;
    if (is_due && card.instance != parts_.instance && !known.is_asked) ask_report(card);
  }
}

void OperatorDesk::ask_report(const NodeCard& card) {
  Known& known = known_.at(card.id);
  known.is_asked = true;
  const std::string question = R"({"events_after":)" + std::to_string(known.last_event) + '}';
  ask(card, question, [this, id = card.id, instance = card.instance](const Result<std::string>& answer) {
    const auto place = known_.find(id);
    if (place != known_.end() && place->second.card.instance == instance) take(place->second, answer);
  });
}

void OperatorDesk::take(Known& known, const Result<std::string>& answer) {
  known.is_asked = false;
  known.why = answer ? "" : answer.error().code == ErrorCode::forbidden ? "other_secret" : "no_answer";
  if (!answer) return;
  auto report = ordered_json::parse(*answer, nullptr, false);
  if (!report.is_object()) return;
  const auto events = report.find("events");
  if (events != report.end() && events->is_array()) {
    for (auto& event : *events) {
      if (!event.is_object()) continue;
      const auto number = event.value("number", std::uint64_t{0});
      if (number <= known.last_event) continue;
      known.last_event = number;
      const auto time = event.value("time", UnixMs{0});
      event["node"] = known.card.id;
      const auto later =
          std::find_if(events_.rbegin(), events_.rend(), [time](const Event& e) { return e.time <= time; });
      events_.insert(later.base(), Event{time, std::move(event)});
    }
    report.erase(events);
  }
  if (events_.size() > kMaxEvents) events_.erase(events_.begin(), events_.end() - kMaxEvents);
  known.report = std::move(report);
  known.reported_at = parts_.clock.now();
}

std::string OperatorDesk::details() {
  Known& own = known_[parts_.node];  // the store may be away, and the list with it
  if (own.card.instance.empty()) {
    own.card.id = parts_.node;
    own.card.instance = parts_.instance;
  }
  parts_.own.report(own.last_event, [this](std::string report) {
    const auto place = known_.find(parts_.node);
    if (place != known_.end()) take(place->second, std::move(report));
  });
  const Instant now = parts_.clock.now();
  ordered_json nodes = ordered_json::array(), events = ordered_json::array();
  for (const auto& [id, known] : known_) {
    ordered_json node{{"id", id}, {"secret", known.card.secret}, {"clock_ahead_ms", known.card.clock_ahead}};
    if (!known.why.empty()) node["why"] = known.why;
    if (known.report.is_object()) {
      node["report"] = known.report;
      node["age_ms"] = std::chrono::duration_cast<Milliseconds>(now - known.reported_at).count();
    }
    nodes.push_back(std::move(node));
  }
  for (const auto& event : events_) events.push_back(event.text);
  const auto memory = parts_.backends.backplane().memory();
  return json_text({{"nodes", std::move(nodes)},
                    {"store", {{"used_bytes", memory.used_bytes}, {"max_bytes", memory.max_bytes}}},
                    {"events", std::move(events)}});
}

void OperatorDesk::find(const std::string& text, Completion<std::string> done) {
  struct Finding {
    ordered_json sessions = ordered_json::array();
    ordered_json unanswered = ordered_json::array();
    std::size_t missing;
    Completion<std::string> done;
    void take(const std::string& node, const Result<std::string>& answer) {
      const auto rows = answer ? ordered_json::parse(*answer, nullptr, false) : ordered_json();
      if (!rows.is_array()) unanswered.push_back(node);
      for (auto row : rows.is_array() ? rows : ordered_json::array()) {
        if (!row.is_object() || sessions.size() >= kMaxFound) continue;
        row["node"] = node;
        sessions.push_back(std::move(row));
      }
      if (--missing > 0) return;
      ordered_json found{{"sessions", std::move(sessions)}};
      if (!unanswered.empty()) found["unanswered"] = std::move(unanswered);
      done(json_text(found));
    }
  };
  parts_.backends.registry().list([this, text, done = std::move(done)](const Result<std::vector<NodeCard>>& cards) {
    if (!cards) return done(cards.error());
    const auto is_other = [this](const NodeCard& card) { return card.instance != parts_.instance; };
    const auto others = static_cast<std::size_t>(std::count_if(cards->begin(), cards->end(), is_other));
    const auto finding = std::make_shared<Finding>(Finding{.missing = others + 1, .done = done});
    for (const auto& card : *cards) {
      if (!is_other(card)) continue;
      ask(card, json{{"find", text}}.dump(),
          [finding, id = card.id](const Result<std::string>& rows) { finding->take(id, rows); });
    }
    parts_.own.find(text, [finding, id = parts_.node](std::string rows) { finding->take(id, std::move(rows)); });
  });
}

void OperatorDesk::drain(const std::string& node, Completion<std::string> done) {
  parts_.backends.registry().list([this, node, done = std::move(done)](const Result<std::vector<NodeCard>>& cards) {
    if (!cards) return done(cards.error());
    const auto card = std::find_if(cards->begin(), cards->end(), [&node](const auto& one) { return one.id == node; });
    if (card == cards->end()) return done(Failure{ErrorCode::not_found, "there is no node " + node});
    log_info("operator_drains", {{"node", node}});
    parts_.backends.messenger().ask(
        drain_request::address(card->instance), drain_request::make(parts_.secret.view(), card->instance), kOrderTime,
        [node, done](const Result<std::string>& answer) {
          if (!answer) return done(Failure{ErrorCode::unavailable, "node " + node + " does not answer"});
          if (*answer != drain_request::kAccepted) {
            return done(Failure{ErrorCode::forbidden, "node " + node + " has another secret: --secret"});
          }
          done(std::string("{}"));
        });
  });
}

}  // namespace chat
