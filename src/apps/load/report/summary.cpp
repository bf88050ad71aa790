#include "apps/load/report/summary.hpp"

namespace chat::load {

bool Summary::is_clean() const {
  const Faults faults = results.faults();
  return faults.lost + faults.duplicates + faults.out_of_order + results.disagreements + results.abandoned_rooms +
             results.unanswered + results.away_at_end + results.duplicate_acks + results.misrouted +
             results.unreadable + total(results.refused) + total(results.cut) + total(results.join_failures) +
             total(results.events) ==
         0;
}

}  // namespace chat::load
