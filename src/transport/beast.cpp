// The one translation unit that compiles Beast's own sources (BOOST_BEAST_SEPARATE_COMPILATION is set for all).
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <boost/beast/src.hpp>
