#pragma once

#include <chrono>
#include <cstdint>

namespace qbatt {

/// A span of work in the trace of a run: which step, how many items, when and on which thread. Where QBATT_TRACE names a file, each
/// span appends a line to it, a "complete event" of the Trace Event Format that chrome://tracing and Perfetto draw
/// (`jq -s . FILE` makes the array that they read); processes may share the file. Costs nothing where the variable is not set.
class TraceSpan {
public:
  /// `step` must outlive this.
  TraceSpan(const char* step, std::int64_t items);
  ~TraceSpan();
  TraceSpan(const TraceSpan&) = delete;
  TraceSpan& operator=(const TraceSpan&) = delete;

private:
  const char* step_;
  std::int64_t items_;
  std::chrono::steady_clock::time_point begin_;
};

}  // namespace qbatt
