#include "server/features.hpp"

#include <boost/version.hpp>
#include <vector>

#include "chat/backplane/registry.hpp"
#include "chat/protocols/registry.hpp"

namespace chat {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::string features() {
  std::vector<std::string> spoken;
  for (const auto& protocol : protocols({})) spoken.push_back(protocol.name);
  return "protocols: " + joined(spoken) + "\nbackplanes: " + joined(standard_backplanes().names()) +
         "\nbuild: " CHAT_BUILD ", Boost " BOOST_LIB_VERSION;
}

}  // namespace chat
