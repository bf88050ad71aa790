#include "rooms/batch.hpp"

#include <string>

namespace chat {

SharedBytes encode_batch(const Room& room, Format format, const std::vector<Message>& messages) {
  thread_local std::string bytes;
  bytes.clear();
  for (const auto& message : messages) {
    append_frame(format, {}, Published{room.name, room.log.last().epoch, &message}, bytes);
  }
  return bytes.empty() ? SharedBytes() : SharedBytes(bytes);
}

}  // namespace chat
