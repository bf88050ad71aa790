#include "apps/load/report/text_tallies.hpp"

#include <array>
#include <string>

namespace chat::load {
namespace {

struct Hint {
  std::string_view sign;
  std::string_view advice;
};

constexpr std::array kHints = {
    Hint{"HTTP/1.1 429",
         "start the servers with --max-connections-per-address 0 and a --max-connections that is high enough"},
    Hint{"HTTP/1.1 503", "the server takes no more clients: see its --max-connections and its log"},
    Hint{"4008", "the server found this client too slow: fewer clients or a smaller --window"},
    Hint{"busy", "more messages are under way than the server takes: a smaller --window or --rate"},
    Hint{"Connection refused", "no server listens at that address: see --url"},
};

}  // namespace

void list(TextPage& page, std::string_view title, const Tally& tally, std::string_view when_rate_limited) {
  if (tally.empty()) return;
  page.line("{} {}:", title, total(tally));
  for (const auto& [phrase, count] : tally) {
    page.line("    {} × {}", count, phrase);
    if (phrase.starts_with("rate_limited")) page.line("    → {}", when_rate_limited);
    for (const auto& hint : kHints) {
      if (phrase.find(hint.sign) != std::string::npos) page.line("    → {}", hint.advice);
    }
  }
}

}  // namespace chat::load
