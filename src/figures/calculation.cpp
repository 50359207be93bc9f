#include "figures/calculation.hpp"

#include <algorithm>
#include <cmath>

namespace qbatt::figures {

std::vector<Row> Calculation::optima(std::span<const CentralSpin> systems, OptimumRule rule, double window) {
  request_.times.reset();
  request_.optimum = rule;
  request_.window = window;
  return solve_and_count(systems).rows;
}

std::span<const Row> Calculation::equal_sizes(std::int64_t largest) {
  std::vector<CentralSpin> missing;
  for (auto n = static_cast<std::int64_t>(equal_sizes_.size()) + 1; n <= largest; ++n)
    missing.push_back(CentralSpin::resonant(n, n));
  const std::vector<Row> rows = optima(missing);
  equal_sizes_.insert(equal_sizes_.end(), rows.begin(), rows.end());
  return {equal_sizes_.data(), static_cast<std::size_t>(largest)};
}

Table Calculation::curves(std::span<const CentralSpin> systems, double start, double stop, std::int64_t count, TimeUnit unit) {
  request_.optimum = OptimumRule::first_peak;
  request_.times = TimeGrid{start, stop, count, unit};
  request_.series_observables = {Observable::energy_per_cell, Observable::power, Observable::entropy};
  return solve_and_count(systems);
}

Table Calculation::solve_and_count(std::span<const CentralSpin> systems) {
  Table table = solve(systems, request_);
  systems_ += table.rows.size();
  for (const Row& row : table.rows) {
    largest_error_bound_ = std::max(largest_error_bound_, row.error_bound);
    bad_ += row.status == Status::inaccurate || row.status == Status::failed ? 1 : 0;
  }
  return table;
}

std::vector<std::int64_t> logarithmic(std::int64_t first, std::int64_t last, int per_decade) {
  const double decades = std::log10(static_cast<double>(last) / static_cast<double>(first));
  const int steps = std::max(1, static_cast<int>(std::lround(decades * per_decade)));
  std::vector<std::int64_t> numbers;
  for (int i = 0; i <= steps; ++i) {
    const double value = static_cast<double>(first) * std::pow(10, decades * i / steps);
    const std::int64_t number = std::clamp<std::int64_t>(std::llround(value), first, last);
    if (numbers.empty() || number > numbers.back()) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace qbatt::figures
