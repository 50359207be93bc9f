#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/print.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

constexpr std::chrono::milliseconds log_interval = std::chrono::seconds(30);

}  // namespace

std::string duration(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 5400) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 172800) return fmt::format("{:.1f} h", seconds / 3600);
  return fmt::format("{:.0f} days", seconds / 86400);
}

std::string progress_text(const Advance& advance, double seconds) {
  const double share = advance.work_in_all > 0 ? advance.work / advance.work_in_all : 1.0;
  std::string text = fmt::format("{} of {} ({:.0f} % of the work)", advance.rows, counted(advance.rows_in_all, "system"),
                                 100 * std::min(share, 1.0));
  const double work = advance.work - advance.work_before;
  if (!(work > 0) || !(seconds > 0)) return text;
  const double rate = static_cast<double>(advance.rows - advance.rows_before) / seconds;
  const double left = seconds * std::max(0.0, advance.work_in_all - advance.work) / work;
  return text + fmt::format(", {:.3g} per second, {} left", rate, duration(left));
}

void Progress::show(const Advance& advance) {
  if (style_ == Style::none) return;
  const auto interval = style_ == Style::terminal ? std::chrono::milliseconds(200) : log_interval;
  const auto now = Clock::now();
  if (now - last_ < interval) return;
  last_ = now;
  const std::string text = progress_text(advance, elapsed());
  if (style_ == Style::log) {
    print_err("qbatt: {}\n", text);
  } else {
    print_err("\r{}\033[K", text);
    shown_ = true;
  }
}

void Progress::conclude(std::int64_t rows, double predicted_seconds) {
  clear();
  if (style_ == Style::none || (style_ == Style::log && Clock::now() - start_ < log_interval)) return;
  const std::string predicted = predicted_seconds > 0 ? fmt::format(", predicted {}", duration(predicted_seconds)) : "";
  print_err("qbatt: {} in {}{}\n", counted(rows, "system"), duration(elapsed()), predicted);
}

void Progress::clear() {
  if (shown_) print_err("\r\033[K");
  shown_ = false;
}

}  // namespace qbatt::cli
