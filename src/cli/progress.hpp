#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace qbatt::cli {

/// "8 s", "12 min", "3.1 h"
std::string duration(double seconds);

/// "1200 of 2000 systems (60 %), 850 per second, 1 s left"
std::string progress_text(std::size_t finished, std::size_t total, double seconds);

/// A line on the terminal behind stderr that counts finished systems; nothing where it is not wanted. Gone when destroyed.
class Progress {
public:
  Progress(std::size_t total, bool wanted);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  void show(std::size_t finished);

private:
  using Clock = std::chrono::steady_clock;
  std::size_t total_;
  bool wanted_;
  bool shown_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

}  // namespace qbatt::cli
