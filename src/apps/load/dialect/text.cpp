// Bare text frames. The server publishes each frame in the room of the URL and delivers each message as one frame.
#include "apps/load/dialect/dialect.hpp"

namespace chat::load {
namespace {

class Text : public Dialect {
 public:
  std::string path(std::string given) const override {
    if (given.empty()) given = "/ws";
    if (names_room(given)) return given;
    given += given.find('?') == std::string::npos ? "?room=" : "&room=";
    return given.append(kRoomPlaceholder);
  }

  bool joins_by_connecting() const override { return true; }

  std::vector<std::string> greeting(const Identity&) const override { return {}; }
  std::vector<std::string> reply(std::string_view, const Identity&) const override { return {}; }

  void write_send(std::string& frame, std::uint64_t, std::string_view, std::uint32_t,
                  std::string_view text) const override {
    frame += text;
  }

  bool read(std::string_view frame, ServerObject& object) const override {
    object = {};
    object.type = "message";
    object.text = frame;
    return true;
  }
};

}  // namespace

const Dialect& text_dialect() {
  static const Text dialect;
  return dialect;
}

}  // namespace chat::load
