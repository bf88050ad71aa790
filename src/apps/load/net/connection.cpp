#include "apps/load/net/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "apps/load/net/websocket.hpp"

namespace chat::load {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;
constexpr std::size_t kMaxResponseHead = 16 * 1024;

std::string error_text(const char* call, int error) { return fmt::format("{}: {}", call, std::strerror(error)); }

}  // namespace

Connection::~Connection() {
  if (fd_ >= 0) ::close(fd_);
}

void Connection::open(const Endpoint& to, std::string_view path, std::string_view subprotocol,
                      const sockaddr_storage* source, int epoll, std::uint32_t tag) {
  outgoing_ = websocket::upgrade_request(to.host, path, subprotocol);
  subprotocol_ = subprotocol;
  received_ = {};
  unfinished_.clear();
  fragments_.clear();
  waiting_for_ = 0;
  retry_after_ms_ = 0;
  epoll_ = epoll;
  tag_ = tag;
  state_ = State::connecting;
  fd_ = ::socket(to.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return close(error_text("socket", errno));
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (source != nullptr) {
    // The kernel then chooses the port at connect, by the whole address pair: each source has 28,000 ports a server.
    ::setsockopt(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(source), sizeof(sockaddr_in)) != 0) {
      return close(error_text("bind", errno));
    }
  }
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to.address), to.address_size) != 0 && errno != EINPROGRESS) {
    return close(error_text("connect", errno));
  }
  wait_for(EPOLLIN | EPOLLOUT);
}

void Connection::wait_for(std::uint32_t events) {
  if (events == waiting_for_) return;
  epoll_event event{};
  event.events = events;
  event.data.u32 = tag_;
  ::epoll_ctl(epoll_, waiting_for_ == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd_, &event);
  waiting_for_ = events;
}

void Connection::on_writable() {
  if (state_ == State::connecting) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return close(error_text("connect", error));
    state_ = State::upgrading;
  }
  flush();
}

bool Connection::receive(ReadBuffer& buffer) {
  if (state_ != State::upgrading && state_ != State::open) return false;
  const std::size_t kept = unfinished_.size();
  if (buffer.size() < kept + kReadBytes) buffer.resize(kept + kReadBytes);
  const auto count = ::recv(fd_, buffer.data() + kept, kReadBytes, 0);
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR) close(error_text("receive", errno));
    return false;
  }
  if (count == 0) {
    close("closed by the server without a close frame");
    return false;
  }
  std::memcpy(buffer.data(), unfinished_.data(), kept);
  unfinished_.clear();
  received_ = {buffer.data(), kept + static_cast<std::size_t>(count)};
  if (state_ == State::upgrading) finish_upgrade();
  return true;
}

void Connection::finish_upgrade() {
  const auto end = received_.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (received_.size() > kMaxResponseHead) return close("not upgraded: endless response head", kBroken);
    unfinished_ = received_;
    received_ = {};
    return;
  }
  if (auto refused = websocket::refusal(received_.substr(0, end + 4), subprotocol_)) {
    retry_after_ms_ = refused->retry_after_ms;
    return close(std::move(refused->sentence), refused->is_temporary ? kCut : kBroken);
  }
  received_.remove_prefix(end + 4);
  state_ = State::open;
}

bool Connection::next_text(std::string_view& text) {
  using websocket::Opcode;
  using websocket::Take;
  websocket::Frame frame;
  while (state_ == State::open) {
    const Take taken = websocket::take_frame(received_, frame);
    if (taken == Take::broken) {
      close("broken frame from the server", kBroken);
      return false;
    }
    if (taken == Take::incomplete) {
      unfinished_ = received_;
      received_ = {};
      return false;
    }
    switch (frame.opcode) {
      case Opcode::text:
        if (frame.final) {
          text = frame.payload;
          return true;
        }
        fragments_ = frame.payload;
        break;
      case Opcode::continuation:
        fragments_.append(frame.payload);
        if (frame.final) {
          text = fragments_;
          return true;
        }
        break;
      case Opcode::ping:
        websocket::append_frame(outgoing_, Opcode::pong, frame.payload);
        flush();
        break;
      case Opcode::pong:
        break;
      case Opcode::close:
        on_close_frame(frame.payload);
        return false;
      case Opcode::binary:
      default:
        close(fmt::format("frame with opcode {} from the server", static_cast<int>(frame.opcode)), kBroken);
        return false;
    }
  }
  return false;
}

void Connection::on_close_frame(std::string_view payload) {
  websocket::append_frame(outgoing_, websocket::Opcode::close, payload.substr(0, 2));
  flush();
  if (state_ == State::closed) return;
  if (payload.size() < 2) return close("close frame without a code");
  const int code = static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
  close(fmt::format("close code {} {}", code, payload.substr(2)), code);
}

void Connection::queue_text(std::string_view text) {
  websocket::append_frame(outgoing_, websocket::Opcode::text, text);
}

void Connection::flush() {
  if (state_ != State::upgrading && state_ != State::open) return;
  std::size_t written = 0;
  while (written < outgoing_.size()) {
    const auto count = ::send(fd_, outgoing_.data() + written, outgoing_.size() - written, MSG_NOSIGNAL);
    if (count < 0) {
      if (errno == EAGAIN) break;
      if (errno == EINTR) continue;
      return close(error_text("send", errno));
    }
    written += static_cast<std::size_t>(count);
  }
  outgoing_.erase(0, written);
  wait_for(outgoing_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void Connection::free_memory() {
  outgoing_.shrink_to_fit();
  unfinished_.shrink_to_fit();
}

void Connection::leave(std::string reason) {
  constexpr std::string_view kGoingAway = "\x03\xe9";  // 1001
  if (state_ == State::open) websocket::append_frame(outgoing_, websocket::Opcode::close, kGoingAway);
  flush();
  close(std::move(reason));
}

void Connection::close(std::string reason, int code) {
  close_code_ = code;
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  state_ = State::closed;
  received_ = {};
  reason_ = std::move(reason);
}

}  // namespace chat::load
