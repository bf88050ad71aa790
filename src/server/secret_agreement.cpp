#include "server/secret_agreement.hpp"

#include <string>
#include <utility>
#include <vector>

#include "chat/base/digest.hpp"
#include "chat/base/log.hpp"

namespace chat {
namespace {

constexpr Milliseconds kAgreeAgain{2000};
constexpr Milliseconds kAskAgain{100};

}  // namespace

SecretAgreement::SecretAgreement(boost::asio::io_context& loop, ClusterKv& kv, ClusterSecret& secret,
                                 const Clock& clock)
    : kv_(kv), secret_(secret), clock_(clock), timer_(loop) {}

void SecretAgreement::start() {
  std::string offer = newest_.empty() ? random_hex(32) : newest_;
  kv_.agree_secret(std::move(offer), [this](const Result<SharedSecret>& agreed) {
    if (agreed) learn(*agreed);
    timer_.expires_after(agreed ? kAgreeAgain : kAskAgain);
    timer_.async_wait([this](boost::system::error_code error) {
      if (!error) start();
    });
  });
}

void SecretAgreement::learn(const SharedSecret& agreed) {
  if (!is_good_secret(agreed.current)) {
    return log_warn_rarely("secret_refused", {{"why", "the cluster's secret in Redis must have 16 to 256 characters"},
                                              {"has", agreed.current.size()},
                                              {"do", "put another there: chatd rotate-secret --redis URL"}});
  }
  if (agreed.current != newest_) {
    if (!newest_.empty()) log_info("secret_rotated");
    before_ = std::exchange(newest_, agreed.current);
    learned_at_ = clock_.now();
  }
  const bool others_know = before_.empty() || clock_.now() - learned_at_ >= kOthersLearn;
  std::vector<std::string> others;
  if (!agreed.previous.empty()) others.push_back(agreed.previous);
  if (!others_know) others.push_back(newest_);
  secret_.set(others_know ? newest_ : before_, std::move(others));
}

}  // namespace chat
