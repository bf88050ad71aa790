// The one translation unit that compiles Asio's TLS sources (BOOST_ASIO_SEPARATE_COMPILATION is set for all).
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <boost/asio/ssl/impl/src.hpp>
