#include "server/secret_agreement.hpp"

#include <string>

#include "chat/base/digest.hpp"

namespace chat {
namespace {

constexpr Seconds kOfferAgain{15};
constexpr Milliseconds kTryAgain{100};

}  // namespace

SecretAgreement::SecretAgreement(boost::asio::io_context& loop, Relay& relay, ClusterSecret& secret)
    : relay_(relay), secret_(secret), timer_(loop) {}

void SecretAgreement::start() {
  std::string offer(secret_.view());
  if (offer.empty()) offer = random_hex(32);
  relay_.agree(std::move(offer), [this](const Result<std::string>& agreed) {
    if (agreed) secret_.set(*agreed);
    timer_.expires_after(agreed ? Milliseconds(kOfferAgain) : kTryAgain);
    timer_.async_wait([this](boost::system::error_code error) {
      if (!error) start();
    });
  });
}

}  // namespace chat
