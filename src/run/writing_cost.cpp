#include "run/writing_cost.hpp"

namespace qbatt {

double writing_seconds(const ResultsFormat& format, const ResultsLayout& layout, double systems, double levels) {
  constexpr double row_of_text = 3e-6;
  constexpr double number_of_text = 1e-7;
  constexpr double row_of_netcdf = 2e-6;
  constexpr double number_of_netcdf = 5e-8;
  const auto times = static_cast<double>(layout.times);
  const double numbers = times * (systems * static_cast<double>(layout.series.size()) + (layout.populations ? levels : 0.0));
  return format.compresses ? row_of_netcdf * systems + number_of_netcdf * numbers
                           : row_of_text * systems + number_of_text * numbers;
}

}  // namespace qbatt
