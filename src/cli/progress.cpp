#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/print.hpp"
#include "cli/terminal.hpp"
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

std::string progress_text(const Advance& advance, double seconds, std::size_t columns) {
  const double share = 100 * std::min(1.0, advance.work_in_all > 0 ? advance.work / advance.work_in_all : 1.0);
  const std::string rows = fmt::format("{} of {}", advance.rows, counted(advance.rows_in_all, "system"));
  const double work = advance.work - advance.work_before;
  std::string rate;
  std::string left;
  if (work > 0 && seconds > 0) {
    rate = fmt::format(", {:.3g} per second", static_cast<double>(advance.rows - advance.rows_before) / seconds);
    left = fmt::format(", {} left", duration(seconds * std::max(0.0, advance.work_in_all - advance.work) / work));
  }
  std::string percent = fmt::format("{:.0f} %", share);
  for (const std::string& text : {fmt::format("{} ({} of the work){}{}", rows, percent, rate, left),
                                  fmt::format("{}{}{}", rows, rate, left), rows + left, percent + left})
    if (text.size() <= columns) return text;
  return percent;
}

void Progress::show(const Advance& advance) {
  if (style_ == Style::none) return;
  const auto interval = style_ == Style::terminal ? std::chrono::milliseconds(200) : log_interval;
  const auto now = Clock::now();
  if (now - last_ < interval) return;
  last_ = now;
  if (style_ == Style::log) {
    print_err("qbatt: {}\n", progress_text(advance, elapsed()));
  } else {
    // The last column stays free: a terminal may go on in the next line behind it.
    print_err("\r{}\033[K", progress_text(advance, elapsed(), columns_of(STDERR_FILENO) - 1));
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
