#include "cpu/spectral/spectral_energy.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cpu/aligned_doubles.hpp"
#include "cpu/team.hpp"
#include "kernels/certificate.hpp"
#include "kernels/elementary.hpp"

namespace qbatt::cpu {
namespace {

using kernels::negligible_share;

/// Beyond this the matrix would not pay: a search looks at about n/4 times, each for n operations a level, the matrix is n/2 times
/// as much; and it would not fit.
constexpr std::size_t most_pairs = 2048;

/// Superblocks are summed in at most this many runs, each in order, so that no thread count changes a bit; fewer where their
/// matrices would take more than `most_matrix_doubles`.
constexpr std::int64_t most_runs = 32;
constexpr std::int64_t most_matrix_doubles = std::int64_t{1} << 24;

/// The pairs that matter to the energy, in their order.
std::vector<std::size_t> heaviest(const Eigenpairs& e) {
  std::vector<std::size_t> order(static_cast<std::size_t>(e.count));
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto share = [&](std::size_t j) { return e.copies[j] * e.weight[j] * (1.0 + e.lambda[j] * e.lambda[j]); };
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return share(a) < share(b) || (share(a) == share(b) && a < b); });
  double left_out = 0.0;
  std::size_t first = 0;
  while (first < order.size() && (left_out += share(order[first])) < negligible_share) ++first;
  std::vector<std::size_t> kept(order.begin() + static_cast<std::ptrdiff_t>(first), order.end());
  std::ranges::sort(kept);
  return kept;
}

/// The indices of what is real.
std::vector<std::size_t> positions(const std::vector<bool>& real, std::size_t begin, std::size_t end) {
  std::vector<std::size_t> result;
  for (std::size_t i = begin; i < end; ++i)
    if (real[i]) result.push_back(i);
  return result;
}

}  // namespace

EnergyModel::EnergyModel(const SpectralChain& chain, Eigenpairs& eigenpairs, const Workers& workers)
    : middle_(0.5 * static_cast<double>(chain.data().dim - 1)) {
  const Selection selection = select(chain, eigenpairs);
  if (selection.pairs.empty() || selection.pairs.size() > most_pairs) return;
  Eigenpairs kept = subset(eigenpairs, selection.pairs, selection.real, chain.boundaries().size() - 1);
  build_form(chain, kept, selection, sum_over_chain(chain, kept, selection.even, workers));
  scratch_.resize(kernel_set().differentiate_scratch(form()));
  usable_ = true;
}

// The level less the middle of the chain changes its sign under reflection. So the two parities of a folded chain meet only each
// other, unless reflection also exchanges even with odd levels where those move with cosine and sine.
EnergyModel::Selection EnergyModel::select(const SpectralChain& chain, const Eigenpairs& eigenpairs) {
  const bool exchanged = chain.data().constant_diagonal && chain.data().dim % 2 == 0;
  const auto lanes = static_cast<std::size_t>(kernel_set().lanes);
  Selection s;
  const auto pad = [&] {
    while (!s.pairs.empty() && s.pairs.size() % lanes != 0) {
      s.pairs.push_back(s.pairs.back());
      s.real.push_back(false);
    }
  };
  const std::vector<std::size_t> kept = heaviest(eigenpairs);
  if (!chain.data().folded || exchanged) {
    s.pairs = kept;
    s.real.assign(kept.size(), true);
    pad();
    return s;
  }
  for (const double parity : {1.0, -1.0}) {
    for (const std::size_t j : kept) {
      if (eigenpairs.parity[j] == parity) {
        s.pairs.push_back(j);
        s.real.push_back(true);
      }
    }
    pad();
    if (parity > 0.0) s.even = s.pairs.size();
  }
  if (s.even == 0 || s.even == s.pairs.size()) return {};  // one parity alone holds the energy constant: nothing to be found
  return s;
}

std::vector<double> EnergyModel::sum_over_chain(const SpectralChain& chain, Eigenpairs& kept, std::size_t even,
                                                const Workers& workers) const {
  const EnergyTask task{.chain = &chain.data(),
                        .cache = chain.cache(),
                        .block = chain.block(),
                        .pairs = kept.view(chain.boundaries()),
                        .even = static_cast<std::int64_t>(even)};
  const auto superblocks = static_cast<std::int64_t>(chain.boundaries().size()) - 1;
  const auto size = static_cast<std::size_t>((chain.data().constant_diagonal ? 2 : 1) * task.rows() * task.columns());
  const std::int64_t fitting = std::max<std::int64_t>(1, most_matrix_doubles / static_cast<std::int64_t>(size));
  const std::int64_t runs = std::min({superblocks, most_runs, fitting});
  const std::size_t scratch_size = whole_lines(kernel_set().energy_scratch(task));
  std::vector<double> matrices(size * static_cast<std::size_t>(runs), 0.0);
  const AlignedDoubles scratch(scratch_size * static_cast<std::size_t>(workers.threads));
  share_out(runs, workers, [&](std::int64_t run, int thread) {
    for (std::int64_t s = run * superblocks / runs; s < (run + 1) * superblocks / runs; ++s) {
      throw_if_stopped(workers.stop);
      kernel_set().add_energy(task, s, matrices.data() + size * static_cast<std::size_t>(run),
                              scratch.get() + scratch_size * static_cast<std::size_t>(thread));
    }
  });
  for (std::size_t run = 1; run < static_cast<std::size_t>(runs); ++run)
    for (std::size_t i = 0; i < size; ++i) matrices[i] += matrices[run * size + i];
  matrices.resize(size);
  return matrices;
}

// With K_0 the sums over even levels and K_1 those over odd ones, p the parities and C, S the phase factors with the copies that
// each pair stands for, the energy less its middle value is
//
//     whole chain                    C K_0 C + S K_1 S                              (K_0 = K_1 = K where the diagonal varies)
//     folded, parities cross         4 (C_even K_0 C_odd + S_even K_1 S_odd)        likewise
//     folded, levels exchanged       C (K_0 - p K_1 p) C + S (K_1 - p K_0 p) S
void EnergyModel::build_form(const SpectralChain& chain, const Eigenpairs& kept, const Selection& selection,
                             const std::vector<double>& sums) {
  cross_ = selection.even > 0;
  const std::size_t count = selection.pairs.size();
  const std::size_t padded_rows = cross_ ? selection.even : count;
  const std::size_t first_column = cross_ ? selection.even : 0;
  const std::size_t padded_columns = count - first_column;
  const std::vector<std::size_t> rows = positions(selection.real, 0, padded_rows);
  const std::vector<std::size_t> columns = positions(selection.real, first_column, count);
  const bool exchanged = !cross_ && chain.data().folded;
  const std::size_t odd_levels = chain.data().constant_diagonal ? padded_rows * padded_columns : 0;
  for (const std::size_t a : rows) {
    row_lambda_.push_back(kept.lambda[a]);
    for (const std::size_t b : columns) {
      const std::size_t low = cross_ ? a : std::min(a, b);
      const std::size_t high = cross_ ? b : std::max(a, b);
      const std::size_t at = low * padded_columns + (high - first_column);
      const double even_sum = sums[at];
      const double odd_sum = sums[odd_levels + at];
      const double scale = (cross_ ? 4.0 : 1.0) * kept.copies[a] * kept.copies[b];
      const double mirrored = exchanged ? kept.parity[a] * kept.parity[b] : 0.0;
      cosine_matrix_.push_back(scale * (even_sum - mirrored * odd_sum));
      sine_matrix_.push_back(scale * (odd_sum - mirrored * even_sum));
    }
  }
  for (const std::size_t b : columns) column_lambda_.push_back(kept.lambda[b]);
}

EnergyForm EnergyModel::form() const {
  return {.rows = static_cast<std::int64_t>(row_lambda_.size()),
          .columns = static_cast<std::int64_t>(column_lambda_.size()),
          .cross = cross_,
          .row_lambda = row_lambda_.data(),
          .column_lambda = column_lambda_.data(),
          .cosine_matrix = cosine_matrix_.data(),
          .sine_matrix = sine_matrix_.data()};
}

double EnergyModel::longest_time() const {
  double reach = 0.0;
  for (const auto* lambdas : {&row_lambda_, &column_lambda_})
    for (const double lambda : *lambdas) reach = std::max(reach, std::abs(lambda));
  return kernels::largest_angle / reach;
}

// With chi what is left out of the state, || chi || and || H chi || are at most e = negligible_share^(1/2); K, the level less the
// middle, has the norm of the middle. So <K> is off by at most middle (2 e + e^2) and its slope i <[H, K]>, with || H psi || = 1,
// by 2 middle (2 e + e^2).
double EnergyModel::energy_error() const {
  const double e = std::sqrt(negligible_share);
  return middle_ * e * (2.0 + e);
}

double EnergyModel::slope_error() const {
  return 2.0 * energy_error();
}

void EnergyModel::evaluate(std::span<const double> times, std::span<EnergySample> samples) {
  for (std::size_t begin = 0; begin < times.size(); begin += energy_times) {
    const std::size_t count = std::min<std::size_t>(energy_times, times.size() - begin);
    double t[energy_times] = {};
    double energy[energy_times];
    double slope[energy_times];
    double curvature[energy_times];
    std::copy_n(times.begin() + static_cast<std::ptrdiff_t>(begin), count, t);
    kernel_set().differentiate_energy(form(), t, energy, slope, curvature, scratch_.data());
    for (std::size_t i = 0; i < count; ++i) samples[begin + i] = {t[i], middle_ + energy[i], slope[i], curvature[i]};
  }
}

}  // namespace qbatt::cpu
