// The one translation unit that compiles Beast's own sources (BOOST_BEAST_SEPARATE_COMPILATION is set for all).
// Without Beast's assertions: one of them is wrong before Boost 1.86 (boostorg/beast#2861). If the last chunk of a body
// arrives as "0\r\n" and then a single byte, it fails, and a client could end the process.
#define BOOST_DISABLE_ASSERTS
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <boost/beast/src.hpp>
