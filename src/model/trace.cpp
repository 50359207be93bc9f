#include "model/trace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace qbatt {
namespace {

// -1 where there is no trace, or none can be written: it is an aid, and stops nothing.
int trace_file() {
  static const int file = [] {
    constexpr int permissions = 0666;
    const char* const path = std::getenv("QBATT_TRACE");
    return path == nullptr ? -1 : ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, permissions);
  }();
  return file;
}

double microseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::micro>(time).count();
}

}  // namespace

TraceSpan::TraceSpan(const char* step, std::int64_t items) : step_(step), items_(items) {
  if (trace_file() >= 0) begin_ = std::chrono::steady_clock::now();
}

TraceSpan::~TraceSpan() {
  if (trace_file() < 0) return;
  const std::string line =
      fmt::format(R"({{"name":"{}","ph":"X","ts":{:.1f},"dur":{:.1f},"pid":{},"tid":{},"args":{{"items":{}}}}})"
                  "\n",
                  step_, microseconds(begin_.time_since_epoch()), microseconds(std::chrono::steady_clock::now() - begin_),
                  ::getpid(), ::gettid(), items_);
  // In one piece: lines of threads and processes do not mix.
  [[maybe_unused]] const auto written = ::write(trace_file(), line.data(), line.size());
}

}  // namespace qbatt
