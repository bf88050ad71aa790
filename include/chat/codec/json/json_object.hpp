#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chat/base/json_text.hpp"

namespace chat {

/// Writes one object into a string: its type now, then member by member, the end when it goes. Keys need no escapes.
class JsonObject {
 public:
  JsonObject(std::string& out, std::string_view type) : out_(out) {
    out_ += R"({"type":")";
    out_ += type;
    out_ += '"';
  }
  JsonObject(std::string& out, unsigned type) : out_(out) {
    out_ += R"({"type":)";
    append_number(out_, type);
  }
  ~JsonObject() { out_ += '}'; }
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;

  void text(std::string_view key, std::string_view value) {
    start(key);
    append_json_string(out_, value);
  }
  void number(std::string_view key, std::uint64_t value) {
    start(key);
    append_number(out_, value);
  }
  void boolean(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  /// `value` is JSON.
  void raw(std::string_view key, std::string_view value) {
    start(key);
    out_ += value;
  }
  template <class Items, class Write>
  void list(std::string_view key, const Items& items, Write write) {
    start(key);
    out_ += '[';
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      write(item);
    }
    out_ += ']';
  }
  std::string& out() { return out_; }

 private:
  void start(std::string_view key) {
    out_ += ",\"";
    out_ += key;
    out_ += "\":";
  }
  std::string& out_;
};

}  // namespace chat
