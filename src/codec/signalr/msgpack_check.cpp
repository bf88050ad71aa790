#include "codec/signalr/msgpack_check.hpp"

#include <utility>
#include <vector>

#include "chat/base/utf8.hpp"

namespace chat {
namespace {

using nlohmann::json;

/// Builds the document as the parser reports its parts, and stops the parser at the first breach of a limit.
class Builder final : public nlohmann::json_sax<json> {
 public:
  Builder(std::string& why, JsonLimits most) : why_(why), most_(most) {}
  json take() { return std::move(root_); }

  bool null() override { return add(nullptr) != nullptr; }
  bool boolean(bool value) override { return add(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return add(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return add(value) != nullptr; }
  bool number_float(number_float_t value, const string_t&) override { return add(value) != nullptr; }
  bool string(string_t& value) override { return is_text(value) && add(std::move(value)) != nullptr; }
  bool binary(binary_t&) override { return refuse("binary values and extensions have no place here"); }

  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (++members_ > most_.members) return refuse("too many members");
    if (!is_text(name)) return false;
    const auto [place, inserted] = open_.back()->emplace(std::move(name), nullptr);
    if (!inserted) return refuse("a member stands twice in one object");
    slot_ = &*place;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return refuse("unreadable from byte " + std::to_string(position));
  }

 private:
  bool refuse(std::string why) {
    why_ = std::move(why);
    return false;
  }

  template <class Value>
  json* add(Value&& value) {
    if (open_.empty()) return &(root_ = std::forward<Value>(value));
    json& parent = *open_.back();
    if (parent.is_object()) return &(*slot_ = std::forward<Value>(value));
    if (++members_ > most_.members) {
      refuse("too many members");
      return nullptr;
    }
    return &parent.emplace_back(std::forward<Value>(value));
  }

  bool open(json&& container) {
    if (open_.size() == most_.depth) return refuse("nested too deeply");
    json* place = add(std::move(container));
    if (place == nullptr) return false;
    open_.push_back(place);
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  bool is_text(const std::string& text) { return is_utf8(text) || refuse("text that is not UTF-8"); }

  std::string& why_;
  JsonLimits most_;
  json root_;
  std::vector<json*> open_;  // containers not yet closed, outermost first; a container never moves while it is open
  json* slot_ = nullptr;     // where the next value of the innermost object goes
  std::size_t members_ = 0;
};

}  // namespace

std::optional<json> guarded_unpack(std::string_view bytes, std::string& why, JsonLimits most) {
  Builder builder(why, most);
  if (!json::sax_parse(bytes.begin(), bytes.end(), &builder, json::input_format_t::msgpack)) return std::nullopt;
  return builder.take();
}

}  // namespace chat
