#include "chat/sessions/policy.hpp"

namespace chat {
namespace {

class OpenPolicy final : public Policy {
 public:
  bool may(const Principal&, Action, std::string_view) const override { return true; }
};

}  // namespace

const Policy& open_policy() {
  static const OpenPolicy policy;
  return policy;
}

}  // namespace chat
