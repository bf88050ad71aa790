#include "auth/room_claims.hpp"

#include "auth/jwt_json.hpp"
#include "chat/core/names.hpp"

#include <string>
#include <utility>

namespace chat {
namespace {

constexpr std::size_t kMaxGrants = 64;
constexpr Rights kSubscriber{Right::join, Right::history, Right::send};

/// nullopt: not a list of rights.
std::optional<Rights> read_rights(JsonView list) {
  if (!list.is(JsonView::Kind::array)) return std::nullopt;
  Rights rights;
  bool known = true;
  list.for_each_item([&](JsonView item) {
    const auto right = to_right(text_of(item).value_or(""));
    right ? rights.add(*right) : void(known = false);
  });
  return known ? std::optional(rights) : std::nullopt;
}

/// Takes grants until the first that is wrong or one too many.
class Reader {
 public:
  explicit Reader(std::vector<RoomRights>& grants) : grants_(grants) {}

  void take_pattern(std::string pattern, const std::optional<Rights>& rights) {
    if (fault_) return;
    if (!rights || !is_room_pattern(pattern)) {
      fault_ = TokenFault::bad_rooms;
    } else if (grants_.size() == kMaxGrants) {
      fault_ = TokenFault::too_many_rooms;
    } else {
      grants_.push_back({std::move(pattern), *rights});
    }
  }
  void take_channel(const std::optional<std::string>& name) {
    std::string room = room_of_group(name.value_or(""));
    if (!fault_ && !is_room_name(room)) fault_ = TokenFault::bad_rooms;
    take_pattern(std::move(room), kSubscriber);
  }
  /// The value of a claim, if it is of this kind.
  std::optional<JsonView> claim(JsonView payload, std::string_view name, JsonView::Kind kind) {
    const auto value = payload.find(name);
    if (!value || value->is(kind)) return value;
    fault_ = TokenFault::bad_rooms;
    return std::nullopt;
  }
  std::optional<TokenFault> fault() const { return fault_; }

 private:
  std::vector<RoomRights>& grants_;
  std::optional<TokenFault> fault_;
};

}  // namespace

std::optional<TokenFault> read_room_claims(JsonView payload, std::vector<RoomRights>& grants) {
  Reader reader(grants);
  if (const auto rooms = reader.claim(payload, "rooms", JsonView::Kind::object)) {
    rooms->for_each_member([&](std::string_view pattern, JsonView rights) {
      reader.take_pattern(JsonView(pattern).text(), read_rights(rights));
    });
  }
  if (const auto channels = reader.claim(payload, "channels", JsonView::Kind::array)) {
    channels->for_each_item([&](JsonView name) { reader.take_channel(text_of(name)); });
  }
  if (const auto subs = reader.claim(payload, "subs", JsonView::Kind::object)) {
    subs->for_each_member([&](std::string_view name, JsonView options) {
      reader.take_channel(options.is(JsonView::Kind::object) ? std::optional(JsonView(name).text()) : std::nullopt);
    });
  }
  return reader.fault();
}

}  // namespace chat
