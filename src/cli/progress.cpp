#include "cli/progress.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace qbatt::cli {
std::string duration(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 5400) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 172800) return fmt::format("{:.1f} h", seconds / 3600);
  return fmt::format("{:.0f} days", seconds / 86400);
}

std::string progress_text(std::size_t finished, std::size_t total, double seconds) {
  const double fraction = total == 0 ? 1.0 : static_cast<double>(finished) / static_cast<double>(total);
  std::string text = fmt::format("{} of {} systems ({:.0f} %)", finished, total, 100 * fraction);
  if (finished == 0 || seconds <= 0) return text;
  const double rate = static_cast<double>(finished) / seconds;
  return text + fmt::format(", {:.3g} per second, {} left", rate, duration(static_cast<double>(total - finished) / rate));
}

Progress::Progress(std::size_t total, bool wanted) : total_(total), wanted_(wanted) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\033[K");
}

void Progress::show(std::size_t finished) {
  if (!wanted_) return;
  const auto now = Clock::now();
  if (now - last_ < std::chrono::milliseconds(200)) return;
  last_ = now;
  shown_ = true;
  fmt::print(stderr, "\r{}\033[K", progress_text(finished, total_, std::chrono::duration<double>(now - start_).count()));
  std::fflush(stderr);
}

}  // namespace qbatt::cli
