#include "cpu/spectral/population_ranking.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "cpu/one_chain.hpp"

namespace qbatt::cpu {
namespace {

constexpr int bin_bits = 14;
constexpr int offset_bits = 16;
constexpr int lowest_exponent = -100;  // 2^-100 is below negligible_population() of 10^10 levels
constexpr int octaves = 102;           // up to p = 2
constexpr std::uint64_t bins_per_octave = std::uint64_t{1} << bin_bits;
constexpr std::uint64_t offsets_per_bin = std::uint64_t{1} << offset_bits;

/// p as a whole number of offsets above 2^lowest_exponent, rounded to nearest: bin number and offset within it in one.
std::uint64_t position(double p) {
  constexpr int dropped = 52 - bin_bits - offset_bits;
  constexpr std::uint64_t half = std::uint64_t{1} << (dropped - 1);
  constexpr std::uint64_t origin = static_cast<std::uint64_t>(1023 + lowest_exponent) << (bin_bits + offset_bits);
  return ((std::bit_cast<std::uint64_t>(p) + half) >> dropped) - origin;
}

/// Lower edge of a bin.
double edge(std::uint64_t bin) {
  const double mantissa = 1.0 + static_cast<double>(bin % bins_per_octave) / static_cast<double>(bins_per_octave);
  return std::ldexp(mantissa, lowest_exponent + static_cast<int>(bin / bins_per_octave));
}

}  // namespace

PopulationRanking::PopulationRanking(kernels::index dim, std::size_t sources)
    : kept_(dim <= exact_levels ? sources : 0), bins_(dim <= exact_levels ? 0 : octaves * bins_per_octave) {}

void PopulationRanking::add(std::size_t source, const double* populations, int count) {
  if (bins_.empty())
    kept_[source].insert(kept_[source].end(), populations, populations + count);
  else
    std::for_each(
        populations, populations + count, [this](double p) { count_in(p); });
}

void PopulationRanking::count_in(double p) {
  const std::uint64_t at = position(p);
  const std::uint64_t offset = at % offsets_per_bin;
  Bin& bin = bins_[std::min<std::uint64_t>(at / offsets_per_bin, bins_.size() - 1)];
  bin.count.fetch_add(1, std::memory_order_relaxed);
  bin.offset_sum.fetch_add(offset, std::memory_order_relaxed);
  bin.offset_square_sum.fetch_add(offset * offset, std::memory_order_relaxed);
}

double PopulationRanking::passive_level() const {
  return bins_.empty() ? passive_level_sorted() : passive_level_counted();
}

double PopulationRanking::passive_level_sorted() const {
  std::vector<double> all;
  for (const auto& part : kept_) all.insert(all.end(), part.begin(), part.end());
  return cpu::passive_level(all);
}

// Within a bin of n values with mean p and spread sigma, taken as evenly spaced, ranks r ... r + n - 1 in descending order give
// sum j p_j = n p (r + (n-1)/2) - n sigma sqrt((n^2-1)/12).
double PopulationRanking::passive_level_counted() const {
  double rank = 0.0;
  double sum = 0.0;
  for (std::size_t b = bins_.size(); b-- > 0;) {
    const auto n = static_cast<double>(bins_[b].count.load(std::memory_order_relaxed));
    if (n == 0.0) continue;
    const double low = edge(b);
    const double unit = (edge(b + 1) - low) / static_cast<double>(offsets_per_bin);
    const double mean_offset = static_cast<double>(bins_[b].offset_sum.load(std::memory_order_relaxed)) / n;
    const double square = static_cast<double>(bins_[b].offset_square_sum.load(std::memory_order_relaxed)) / n;
    const double mean = low + unit * mean_offset;
    const double spread = unit * std::sqrt(std::max(0.0, square - mean_offset * mean_offset));
    sum += n * (mean * (rank + 0.5 * (n - 1.0)) - spread * std::sqrt((n * n - 1.0) / 12.0));
    rank += n;
  }
  return sum;
}

}  // namespace qbatt::cpu
