#pragma once

#include <string_view>

#include "apps/load/check/results.hpp"
#include "apps/load/report/text_page.hpp"

namespace chat::load {

/// The phrases of a tally under a title, and what to do about those that are known; nothing if the tally is empty.
/// `when_rate_limited` is the advice for that.
void list(TextPage& page, std::string_view title, const Tally& tally, std::string_view when_rate_limited = {});

}  // namespace chat::load
