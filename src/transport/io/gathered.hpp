#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <span>

#include "chat/sessions/outbox.hpp"

namespace chat {

/// How frames are sent: as much as the socket takes at once.
inline constexpr int kSendFlags = MSG_DONTWAIT | MSG_NOSIGNAL;

/// Up to `Most` slices as sendmsg() takes them: it reads them where they lie. Stays where it is while the message is
/// used.
template <std::size_t Most>
class Gathered {
 public:
  const msghdr& gather(std::span<const Outbox::Slice> slices) {
    for (std::size_t i = 0; i < slices.size(); ++i) {
      vectors_[i] = {const_cast<char*>(slices[i].data), slices[i].size};
    }
    message_ = {};
    message_.msg_iov = vectors_.data();
    message_.msg_iovlen = slices.size();
    return message_;
  }

 private:
  msghdr message_;
  std::array<iovec, Most> vectors_;
};

}  // namespace chat
