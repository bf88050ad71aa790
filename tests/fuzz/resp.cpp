// The reader of Redis's replies. Wherever the bytes are cut the replies are the same; each part of one can be reached,
// both ways, and no other; and a reply that is written back is read equal.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backplane/redis/reply.hpp"
#include "chat/base/assert.hpp"
#include "fuzz/choices.hpp"

namespace {

using namespace chat;
using redis::Reply;

/// As RESP; counts the parts and the bytes of their texts.
struct Writer {
  std::string out{};
  std::size_t parts = 0, bytes = 0;

  void write(const Reply::Part& part) {
    ++parts;
    bytes += part.text().size();
    const std::string text(part.text());
    switch (part.type()) {
      case Reply::Type::nil:
        out += "$-1\r\n";
        break;
      case Reply::Type::status:
        out += '+' + text + "\r\n";
        break;
      case Reply::Type::error:
        out += '-' + text + "\r\n";
        break;
      case Reply::Type::integer:
        out += ':' + std::to_string(part.integer()) + "\r\n";
        break;
      case Reply::Type::text:
        out += '$' + std::to_string(text.size()) + "\r\n" + text + "\r\n";
        break;
      case Reply::Type::array: {
        out += '*' + std::to_string(part.size()) + "\r\n";
        auto item = part.first();
        for (std::size_t i = 0; i < part.size(); ++i, item = item.next()) {
          if (i < 4) CHAT_ASSERT(part[i].type() == item.type() && part[i].text() == item.text());
          write(item);
        }
      }
    }
  }
};

std::vector<std::string> read(std::string_view bytes, std::uint8_t split) {
  redis::ReplyReader reader;
  std::vector<std::string> replies;
  std::size_t parts = 0, texts = 0;
  in_pieces(bytes, split, [&](std::string_view piece) {
    reader.feed(std::string(piece));
    bool broken = false;
    while (const Reply* reply = reader.next(broken)) {
      Writer writer;
      writer.write(reply->root());
      parts += writer.parts;
      texts += writer.bytes;
      replies.push_back(std::move(writer.out));
    }
    if (broken) replies.emplace_back("broken");
    return !broken;
  });
  CHAT_ASSERT(parts * 3 + texts <= bytes.size());  // the shortest part is "+\r\n"
  return replies;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  const auto split = choices.byte();
  const auto bytes = choices.rest();
  auto replies = read(bytes, 0);
  CHAT_ASSERT(replies == read(bytes, split));
  if (!replies.empty() && replies.back() == "broken") replies.pop_back();
  std::string all;
  for (const auto& reply : replies) all += reply;
  CHAT_ASSERT(replies.empty() || read(all, split) == replies);
  return 0;
}
