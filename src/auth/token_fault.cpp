#include "chat/auth/token_fault.hpp"

#include <array>

namespace chat {
namespace {

struct Texts {
  TokenFault fault;
  std::string_view name;
  std::string_view sentence;
};

constexpr std::array<Texts, 21> kTexts{{
    {TokenFault::too_long, "too_long", "The token is longer than 8 KiB."},
    {TokenFault::malformed, "malformed",
     "The token is not a JWT: three parts in base64url without padding, joined by dots."},
    {TokenFault::bad_header, "bad_header",
     "The token's header must be a JSON object with alg, typ JWT or at+jwt if there is one, and kid a text of at most "
     "256 bytes."},
    {TokenFault::critical_header, "critical_header", "The token's header has crit, which is not supported."},
    {TokenFault::unknown_algorithm, "unknown_algorithm",
     "The token's alg is not supported: HS, RS, PS or ES with 256, 384 or 512, or EdDSA."},
    {TokenFault::unknown_key, "unknown_key", "The server has no key with the token's kid."},
    {TokenFault::wrong_algorithm, "wrong_algorithm", "The server has no key for the token's alg."},
    {TokenFault::bad_signature, "bad_signature", "The token's signature is not that of a key of the server."},
    {TokenFault::bad_payload, "bad_payload",
     "The token's payload must be a JSON object without repeated members, nested at most 8 deep."},
    {TokenFault::bad_time, "bad_time", "The token's exp, nbf and iat must be seconds since 1970."},
    {TokenFault::expired, "expired", "The token has expired."},
    {TokenFault::too_early, "too_early", "The token is not valid yet: its nbf or iat is in the future."},
    {TokenFault::wrong_issuer, "wrong_issuer", "The token's iss is not the issuer that the server accepts."},
    {TokenFault::wrong_audience, "wrong_audience", "The token's aud does not name this server."},
    {TokenFault::no_user, "no_user", "The token has no claim with the user's id."},
    {TokenFault::bad_user, "bad_user", "The token's user id must be a text of 1 to 64 bytes without blanks."},
    {TokenFault::bad_name, "bad_name", "The token's name must be a text of 1 to 64 bytes with a visible character."},
    {TokenFault::bad_info, "bad_info", "The token's info must be at most 1 KiB of JSON."},
    {TokenFault::bad_id, "bad_id", "The token's jti must be a text of 1 to 128 bytes without blanks."},
    {TokenFault::bad_rooms, "bad_rooms",
     "The token's rooms must map room names or patterns to lists of join, history, send, typing, presence, moderate, "
     "admin; "
     "channels lists names; subs maps names to objects."},
    {TokenFault::too_many_rooms, "too_many_rooms", "The token's rooms, channels and subs name more than 64 rooms."},
}};

constexpr const Texts& texts_of(TokenFault fault) { return kTexts[static_cast<std::size_t>(fault)]; }

static_assert([] {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    if (kTexts[i].fault != static_cast<TokenFault>(i)) return false;
  }
  return texts_of(TokenFault::too_many_rooms).fault == TokenFault::too_many_rooms;
}());

}  // namespace

std::string_view name_of(TokenFault fault) { return texts_of(fault).name; }
std::string_view sentence_of(TokenFault fault) { return texts_of(fault).sentence; }

}  // namespace chat
