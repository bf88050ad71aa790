#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// A packet whose binary attachments are still coming. Pure state; owner: a dialogue.
class UnfinishedPacket {
 public:
  UnfinishedPacket(std::string_view text, std::size_t attachments) : text_(text), wanted_(attachments) {}
  /// Returns whether it is whole now.
  bool add(std::string_view bytes);
  const std::string& text() const { return text_; }
  const std::vector<std::string>& attachments() const { return attachments_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::string text_;
  std::size_t wanted_;
  std::vector<std::string> attachments_;
  std::size_t bytes_ = text_.size();
};

/// Writes the JSON of a packet with each placeholder replaced by its attachment as base64 text. False: a placeholder
/// names no attachment, or an attachment is named by none or twice. `json` has been checked.
bool fill_placeholders(std::string_view json, const std::vector<std::string>& attachments, std::string& out);

}  // namespace chat
