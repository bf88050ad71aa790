#include "apps/load/report/summary.hpp"

namespace chat::load {

bool Summary::is_clean() const {
  const Faults faults = results.checks.faults();
  return faults.lost + faults.duplicates + faults.out_of_order + results.checks.disagreements +
             results.checks.abandoned_rooms + results.unanswered + results.returns.away_at_end +
             results.failures.duplicate_acks + results.failures.misrouted + results.failures.unreadable +
             total(results.failures.refused) + total(results.failures.cut) + total(results.failures.join_failures) +
             total(results.failures.events) ==
         0;
}

}  // namespace chat::load
