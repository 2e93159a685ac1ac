// The Asio types that net/ uses, without type-erased executors: they cost a fifth of a small
// request.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace argot::net {

namespace asio = boost::asio;

using Executor = asio::io_context::executor_type;
// Of TCP or of a Unix socket: to a connection they are the same.
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

template <typename T = void>
using Task = asio::awaitable<T, Executor>;

// Awaits without exceptions: the error code is the first member of what comes back.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> no_throw{};
inline constexpr asio::use_awaitable_t<Executor> resume_here{};

}  // namespace argot::net
