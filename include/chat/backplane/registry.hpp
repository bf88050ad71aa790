#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/backplane/cluster_services.hpp"
#include "chat/backplane/options.hpp"

namespace chat {

/// One kind of backplane: the schemes of its URLs, and how a node gets its services from such a URL.
struct BackplaneMaker {
  std::string name;                  // for people and the log
  std::vector<std::string> schemes;  // without the colon
  /// Why the URL is wrong, as a sentence; empty: it is right. The sentence repeats no part of the URL, because each
  /// may be a password.
  std::function<std::string(std::string_view url, const BackplaneOptions& options)> check;
  /// Needs a URL in which check() finds no mistake.
  std::function<std::unique_ptr<ClusterServices>(boost::asio::io_context& loop, std::string_view url,
                                                 const BackplaneOptions& options)>
      make;
};

/// The backplanes that a URL may choose, by its scheme. Thread: any, while none adds.
class BackplaneRegistry {
 public:
  explicit BackplaneRegistry(std::vector<BackplaneMaker> makers) : makers_(std::move(makers)) {}
  void add(BackplaneMaker maker) { makers_.push_back(std::move(maker)); }

  /// See BackplaneMaker::check; also wrong is a URL of an unknown scheme.
  std::string check(std::string_view url, const BackplaneOptions& options) const;
  /// The maker for a URL that check() accepts.
  const BackplaneMaker& maker_of(std::string_view url) const;
  std::vector<std::string> names() const;

 private:
  const BackplaneMaker* find(std::string_view url) const;

  std::vector<BackplaneMaker> makers_;
};

/// Those that chatd has.
const BackplaneRegistry& standard_backplanes();

}  // namespace chat
