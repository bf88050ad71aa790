#include "chat/api/cluster_sessions.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/base/log.hpp"

namespace chat {
namespace {

constexpr Milliseconds kRetryListening{50};  // until the store answers
constexpr Milliseconds kRetryWhenBusy{500};
constexpr Seconds kLateHeartbeat{5};

std::string address_of(const NodeInstance& instance) { return "node." + instance; }

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

template <class Number>
Number number_in(std::string_view text) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// An order under way.
struct Gathering {
  Obeyed obeyed;
  std::size_t missing;
  Completion<Obeyed> done;
};

/// A question under way: one node has the session, or had it.
struct Asking {
  Result<std::string> outcome;  // if no node has it
  std::size_t missing;
  Completion<std::string> done;

  void take(Result<std::string> answer) {
    const bool is_elsewhere = !answer && answer.error().code == ErrorCode::not_found;
    if (!is_elsewhere) outcome = std::move(answer);
    if (--missing > 0 && is_elsewhere) return;
    if (const auto told = std::exchange(done, nullptr)) told(outcome);
  }
  /// The session may be on this node.
  void lack(const std::string& node) {
    outcome = Failure{ErrorCode::unavailable, "the node " + node + " cannot be reached now"};
    take(no_session());
  }
};

}  // namespace

ClusterSessions::ClusterSessions(boost::asio::io_context& loop, ClusterServices& backends, LocalSessions& local,
                                 const NodeInstance& instance, const ClusterSecret& secret, const Clock& clock)
    : backends_(backends), local_(local), instance_(instance), secret_(secret), clock_(clock), retry_(loop) {}

void ClusterSessions::start() { listen(); }

void ClusterSessions::listen() {
  backends_.messenger().listen(
      address_of(instance_), [this](std::string_view request, Messenger::Answer answer) { serve(request, answer); },
      [this](const Result<bool>& heard) {
        is_listening_ = heard.has_value();
        if (is_listening_) return;
        retry_.expires_after(kRetryListening);
        retry_.async_wait([this](boost::system::error_code error) {
          if (!error) listen();
        });
      });
}

/// "<signature>\n<time>\n<order>".
std::string ClusterSessions::sealed(const SessionOrder& order) const {
  const std::string signed_part = std::to_string(clock_.unix_ms()) + '\n' + encode(order);
  return to_hex(hmac_sha256(secret_.view(), signed_part)) + '\n' + signed_part;
}

Result<SessionOrder> ClusterSessions::unsealed(std::string_view request) const {
  const Failure fault{ErrorCode::unauthorized, "this is no order of a node of the cluster"};
  const auto signature = take_line(request);
  const bool genuine = secret_.any(
      [&](std::string_view secret) { return is_same_secret(to_hex(hmac_sha256(secret, request)), signature); });
  if (!genuine) return fault;
  const auto time = number_in<UnixMs>(take_line(request));
  if (std::abs(clock_.unix_ms() - time) > Milliseconds(kFreshness).count()) return fault;
  return decode_session_order(request);
}

void ClusterSessions::serve(std::string_view request, const Messenger::Answer& answer) {
  const auto order = unsealed(request);
  if (!order) {
    log_warn_rarely("junk_request", {{"what", "order"}, {"why", order.error().message}});
    return answer("0");
  }
  if (order->kind == SessionOrder::Kind::ask) {
    return local_.ask(*order, [answer](const Result<std::string>& outcome) { answer(encode_answer(outcome)); });
  }
  local_.carry_out(*order, [answer](std::size_t sessions) { answer(std::to_string(sessions)); });
}

void ClusterSessions::carry_out(const SessionOrder& order, Completion<Obeyed> done) {
  if (secret_.view().empty()) return done(Failure{ErrorCode::unavailable, "the nodes have not agreed on a secret yet"});
  if (orders_ >= kMaxOrders || bytes_ >= kMaxBytes) {
    return done(Failure{ErrorCode::busy, "too many orders to sessions are under way", kRetryWhenBusy});
  }
  ++orders_;
  backends_.registry().list([this, order, done = std::move(done)](const Result<std::vector<NodeCard>>& cards) {
    if (cards) return send(order, *cards, done);
    --orders_;
    done(cards.error());
  });
}

void ClusterSessions::send(const SessionOrder& order, const std::vector<NodeCard>& cards, Completion<Obeyed> done) {
  const std::string request = sealed(order);
  const std::size_t bytes = request.size() * (cards.size() + 1);
  bytes_ += bytes;
  const auto gathering = std::make_shared<Gathering>(Gathering{{}, cards.size() + 1, std::move(done)});
  const auto settle = [this, gathering, bytes] {
    if (--gathering->missing > 0) return;
    --orders_;
    bytes_ -= bytes;
    gathering->done(std::move(gathering->obeyed));
  };
  for (const auto& card : cards) {
    if (card.instance == instance_) {
      settle();
      continue;
    }
    const auto on_answer = [this, gathering, settle, card](const Result<std::string>& answer) {
      if (answer) gathering->obeyed.sessions += number_in<std::size_t>(*answer);
      const bool is_deaf = !answer && answer.error().code == ErrorCode::not_found;
      if (!answer && !(is_deaf && is_gone(card))) gathering->obeyed.unanswered.push_back(card.id);
      settle();
    };
    backends_.messenger().ask(address_of(card.instance), request, kAnswerTime, on_answer);
  }
  local_.carry_out(order, [gathering, settle](std::size_t sessions) {
    gathering->obeyed.sessions += sessions;
    settle();
  });
}

/// A node at which nobody listens, and its sessions: it has missed a heartbeat. Before that it may be one that has lost
/// the store for a moment.
bool ClusterSessions::is_gone(const NodeCard& card) const {
  const auto silence = Milliseconds(clock_.unix_ms() - card.last_seen);
  return silence > NodeRegistry::kHeartbeat + kLateHeartbeat;
}

void ClusterSessions::ask(const SessionOrder& order, Completion<std::string> done) {
  if (secret_.view().empty()) return done(Failure{ErrorCode::unavailable, "the nodes have not agreed on a secret yet"});
  backends_.registry().list([this, order, done = std::move(done)](const Result<std::vector<NodeCard>>& cards) {
    if (!cards) return done(cards.error());
    const auto asking = std::make_shared<Asking>(Asking{no_session(), cards->size() + 1, done});
    const std::string request = sealed(order);
    for (const auto& card : *cards) {
      if (card.instance == instance_) {
        asking->take(no_session());
        continue;
      }
      const auto on_answer = [this, asking, card](const Result<std::string>& answer) {
        const bool is_deaf = !answer && answer.error().code == ErrorCode::not_found;
        if (is_deaf && !is_gone(card)) return asking->lack(card.id);
        asking->take(answer ? decode_answer(*answer) : answer);
      };
      backends_.messenger().ask(address_of(card.instance), request, order.timeout + Milliseconds(kAnswerTime),
                                on_answer);
    }
    local_.ask(order, [asking](const Result<std::string>& answer) { asking->take(answer); });
  });
}

}  // namespace chat
