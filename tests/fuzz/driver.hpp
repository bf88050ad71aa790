#pragma once

#include <string>
#include <vector>

/// What a target begins from; defined by each.
std::vector<std::string> seeds();
