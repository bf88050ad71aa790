#include "protocols/signalr/receive_fields.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chat {
namespace {

struct Named {
  std::string_view name;
  ReceiveField field;
};
constexpr std::array kFields{
    Named{"user", ReceiveField::user},
    Named{"message", ReceiveField::message},
    Named{"connectionId", ReceiveField::connection_id},
    Named{"nodeId", ReceiveField::node_id},
    Named{"room", ReceiveField::room},
    Named{"details", ReceiveField::details},
};

/// Written once, by set_receive_fields().
struct Fields {
  std::vector<ReceiveField> plain{ReceiveField::user, ReceiveField::message, ReceiveField::connection_id,
                                  ReceiveField::node_id};
  std::vector<ReceiveField> detailed = with(plain, ReceiveField::details);

  static std::vector<ReceiveField> with(std::vector<ReceiveField> fields, ReceiveField one) {
    if (std::find(fields.begin(), fields.end(), one) == fields.end()) fields.push_back(one);
    return fields;
  }
};

Fields& fields() {
  static Fields all;
  return all;
}

}  // namespace

const std::vector<ReceiveField>& receive_fields() { return fields().plain; }
const std::vector<ReceiveField>& detailed_fields() { return fields().detailed; }

void set_receive_fields(std::vector<ReceiveField> chosen) {
  fields().detailed = Fields::with(chosen, ReceiveField::details);
  fields().plain = std::move(chosen);
}

std::optional<std::vector<ReceiveField>> parse_receive_fields(const std::vector<std::string>& names) {
  std::vector<ReceiveField> parsed;
  for (const auto& name : names) {
    const auto found = std::find_if(kFields.begin(), kFields.end(), [&](const Named& one) { return one.name == name; });
    if (found == kFields.end()) return std::nullopt;
    parsed.push_back(found->field);
  }
  return parsed.empty() ? std::nullopt : std::optional(std::move(parsed));
}

}  // namespace chat
