#include "chat/auth/token_verifier.hpp"

#include "auth/jws.hpp"
#include "auth/jwt_json.hpp"
#include "auth/room_claims.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/core/names.hpp"

#include <charconv>
#include <utility>

namespace chat {
namespace {

/// Identity providers add claims of their own; 8 KiB of token hold about this many members.
constexpr JsonLimits kPayloadLimits{.depth = 8, .members = 1024};
constexpr double kMaxSeconds = 253402300799;  // the end of the year 9999
constexpr std::size_t kMaxUserIdBytes = 64;
constexpr std::size_t kMaxInfoBytes = 1024;
constexpr UnixMs kSkew = Milliseconds(kTokenSkew).count();

/// Reads one payload. Each step gives the first fault; the claims are complete if there is none.
class PayloadReader {
 public:
  PayloadReader(JsonView payload, const VerifierSettings& settings, UnixMs now)
      : payload_(payload), settings_(settings), now_(now) {}

  std::variant<Claims, TokenFault> read() && {
    using Step = std::optional<TokenFault> (PayloadReader::*)();
    static constexpr Step kSteps[] = {&PayloadReader::read_times, &PayloadReader::check_origin,
                                      &PayloadReader::read_user,  &PayloadReader::read_name,
                                      &PayloadReader::read_info,  &PayloadReader::read_id};
    for (const Step step : kSteps) {
      if (const auto fault = (this->*step)()) return *fault;
    }
    if (const auto fault = read_room_claims(payload_, claims_.rooms)) return *fault;
    return std::move(claims_);
  }

 private:
  /// A NumericDate (RFC 7519 §2), which may have a fraction. False: another thing.
  bool read_time(std::string_view name, std::optional<UnixMs>& time) const {
    const auto value = payload_.find(name);
    if (!value) return true;
    if (!value->is(JsonView::Kind::integer) && !value->is(JsonView::Kind::real)) return false;
    double seconds = 0;
    std::from_chars(value->raw().data(), value->raw().data() + value->raw().size(), seconds);
    if (!(seconds >= 0 && seconds <= kMaxSeconds)) return false;
    time = static_cast<UnixMs>(seconds * 1000);
    return true;
  }

  std::optional<TokenFault> read_times() {
    std::optional<UnixMs> begins_at;
    if (!read_time("exp", claims_.expires_at) || !read_time("nbf", begins_at) || !read_time("iat", claims_.issued_at)) {
      return TokenFault::bad_time;
    }
    if (claims_.expires_at && now_ >= *claims_.expires_at + kSkew) return TokenFault::expired;
    // `iat` in the future would escape a revocation of all tokens issued until now.
    for (const auto& time : {begins_at, claims_.issued_at}) {
      if (time && now_ + kSkew < *time) return TokenFault::too_early;
    }
    return std::nullopt;
  }

  std::optional<TokenFault> check_origin() {
    if (!settings_.issuer.empty() && text_member(payload_, "iss") != settings_.issuer) return TokenFault::wrong_issuer;
    if (!settings_.audience.empty() && !is_for_us()) return TokenFault::wrong_audience;
    return std::nullopt;
  }

  /// RFC 7519 §4.1.3: one text or an array of texts.
  bool is_for_us() const {
    const auto audience = payload_.find("aud");
    if (!audience) return false;
    if (!audience->is(JsonView::Kind::array)) return text_of(*audience) == settings_.audience;
    bool named = false;
    audience->for_each_item([&](JsonView item) { named = named || text_of(item) == settings_.audience; });
    return named;
  }

  std::optional<TokenFault> read_user() {
    const auto user = payload_.find(settings_.user_claim);
    if (!user) return TokenFault::no_user;
    auto id = text_of(*user).value_or("");
    if (id.size() > kMaxUserIdBytes || !is_user_id(id)) return TokenFault::bad_user;
    claims_.user_id = std::move(id);
    return std::nullopt;
  }

  std::optional<TokenFault> read_name() {
    const auto value = payload_.find("name");
    if (!value) return std::nullopt;
    auto name = to_user_name(text_of(*value).value_or(""));
    if (!name) return TokenFault::bad_name;
    claims_.name = std::move(*name);
    return std::nullopt;
  }

  std::optional<TokenFault> read_info() {
    const auto value = payload_.find("info");
    if (!value) return std::nullopt;
    claims_.info = value->compact();
    return claims_.info.size() <= kMaxInfoBytes ? std::nullopt : std::optional(TokenFault::bad_info);
  }

  std::optional<TokenFault> read_id() {
    const auto value = payload_.find("jti");
    if (!value) return std::nullopt;
    claims_.token_id = text_of(*value).value_or("");
    return is_user_id(claims_.token_id) ? std::nullopt : std::optional(TokenFault::bad_id);
  }

  JsonView payload_;
  const VerifierSettings& settings_;
  UnixMs now_;
  Claims claims_;
};

}  // namespace

std::variant<Claims, TokenFault> TokenVerifier::verify(std::string_view token, const KeySet& keys, UnixMs now) const {
  if (token.size() > kMaxTokenBytes) return TokenFault::too_long;
  const auto payload = verified_payload(token, keys);
  if (const auto* fault = std::get_if<TokenFault>(&payload)) return *fault;
  const auto& text = std::get<std::string>(payload);
  if (check_json(text, kPayloadLimits)) return TokenFault::bad_payload;
  const JsonView root(text);
  if (!root.is(JsonView::Kind::object)) return TokenFault::bad_payload;
  return PayloadReader(root, settings_, now).read();
}

}  // namespace chat
