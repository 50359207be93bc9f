#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace qbatt::cli {

/// "8 s", "12 min", "3.1 h"
std::string duration(double seconds);

/// How far a sweep is. Work is what the cost model predicts, in seconds of one core.
struct Advance {
  std::int64_t rows = 0;         ///< finished
  std::int64_t rows_before = 0;  ///< of them, before this run
  std::int64_t rows_in_all = 0;
  double work = 0;
  double work_before = 0;
  double work_in_all = 0;
};

/// "1200 of 2000 systems (31 % of the work), 850 per second, 12 s left", `seconds` after the beginning of this run. Where that is
/// longer than `columns` characters, what matters least is left out: "1200 of 2000 systems, 12 s left", "31 %".
std::string progress_text(const Advance& advance, double seconds, std::size_t columns = 1000);

/// Says on stderr how far a sweep is: on a terminal in one line that is always there, in a log by a line every half a minute.
class Progress {
public:
  enum class Style { none, terminal, log };

  explicit Progress(Style style) : style_(style) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  void show(const Advance& advance);

  /// The end: rows of this run, the time they took and, unless it is 0, the time that was predicted. In a log only after a run that
  /// was long enough for a line.
  void conclude(std::int64_t rows, double predicted_seconds);

private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] double elapsed() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  void clear();

  Style style_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

}  // namespace qbatt::cli
