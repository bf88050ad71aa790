#include "protocols/socketio/attachments.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/codec/json/json_view.hpp"

namespace chat {
namespace {

using Kind = JsonView::Kind;

struct Filling {
  const std::vector<std::string>& attachments;
  std::vector<bool> used;
  std::string& out;
  bool good = true;

  /// Nesting is bounded: the text has been checked.
  void write(JsonView value) {
    if (value.is(Kind::array)) {
      write_parts('[', ']', [&](auto next) { value.for_each_item([&](JsonView item) { next(), write(item); }); });
    } else if (value.is(Kind::object)) {
      const auto mark = value.find("_placeholder");
      if (mark && mark->raw() == "true") return write_attachment(value);
      write_parts('{', '}', [&](auto next) {
        value.for_each_member([&](std::string_view name, JsonView member) {
          next();
          (out += name) += ':';
          write(member);
        });
      });
    } else {
      out += value.raw();
    }
  }

  template <class WriteAll>
  void write_parts(char open, char close, WriteAll write_all) {
    out += open;
    write_all([this, first = true]() mutable {
      if (!std::exchange(first, false)) out += ',';
    });
    out += close;
  }

  void write_attachment(JsonView placeholder) {
    const auto num = placeholder.find("num");
    const auto index = num ? num->number() : std::nullopt;
    good = good && index && *index < attachments.size() && !used[*index];
    if (!good) return;
    used[*index] = true;
    ((out += '"') += to_base64(attachments[*index])) += '"';
  }
};

}  // namespace

bool UnfinishedPacket::add(std::string_view bytes) {
  attachments_.emplace_back(bytes);
  bytes_ += bytes.size();
  return attachments_.size() == wanted_;
}

bool fill_placeholders(std::string_view json, const std::vector<std::string>& attachments, std::string& out) {
  Filling filling{attachments, std::vector<bool>(attachments.size()), out};
  filling.write(JsonView(json));
  return filling.good && std::find(filling.used.begin(), filling.used.end(), false) == filling.used.end();
}

}  // namespace chat
