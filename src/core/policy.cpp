#include "chat/core/policy.hpp"

namespace chat {
namespace {

class OpenPolicy final : public Policy {
 public:
  Access access(const Principal&, std::string_view) const override {
    static const RoomSettings settings;
    return {kOrdinaryRights, &settings};
  }
  std::optional<CloseReason> exclusion(const Principal&) const override { return std::nullopt; }
};

}  // namespace

const Policy& open_policy() {
  static const OpenPolicy policy;
  return policy;
}

}  // namespace chat
