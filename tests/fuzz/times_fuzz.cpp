#include <algorithm>
#include <utility>

#include "fuzz/fuzz.hpp"
#include "options/time_list.hpp"

namespace qbatt {
namespace {

// A list is held one by one: what is understood is as it says, and becomes the same again.
void parse_and_list(std::string_view text) {
  constexpr std::int64_t many = 100'000;
  const TimeGrid grid = parse_time_list(text, TimeUnit::absolute);
  validate(grid);
  fuzz::require(grid.count >= 1 && 0 <= grid.start && grid.start <= grid.stop);
  if (grid.count > many) return;
  const std::vector<double> times = grid_times(grid);
  fuzz::require(std::cmp_equal(times.size(), grid.count) && times.front() == grid.start && times.back() == grid.stop);
  if (grid.list.empty()) return;
  fuzz::require(std::ranges::is_sorted(times));
  fuzz::require(time_list(times, TimeUnit::absolute).list == grid.list);
}

}  // namespace
}  // namespace qbatt

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  qbatt::fuzz::accepts_or_refuses([&] { qbatt::parse_and_list(qbatt::fuzz::text_of(data, size)); });
  return 0;
}
