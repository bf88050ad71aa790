#pragma once

#include <string_view>

#include "apps/load/check/results.hpp"
#include "apps/load/report/text_page.hpp"

namespace chat::load {

/// Lists the phrases of a tally under a title, with advice for known ones. Writes nothing for an empty tally.
/// `when_rate_limited` is the advice for rate_limited.
void list(TextPage& page, std::string_view title, const Tally& tally, std::string_view when_rate_limited = {});

}  // namespace chat::load
