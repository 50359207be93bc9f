#include "cpu/spectral/spectral_energy.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cpu/spectral/energy_band.hpp"
#include "cpu/spectral/superblock_sums.hpp"
#include "kernels/certificate.hpp"
#include "kernels/elementary.hpp"

namespace qbatt::cpu {
namespace {

using kernels::negligible_share;

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

// With chi what is left out of the state, || chi || and || H chi || are at most e = negligible_share^(1/2); K, the level less the
// middle, has the norm of the middle. So <K> is off by at most middle (2 e + e^2) and its slope i <[H, K]>, with || H psi || = 1,
// by 2 middle (2 e + e^2).
EnergyModel::EnergyModel(const SpectralChain& chain, const Eigenpairs& eigenpairs, const Workers& workers, std::size_t whole)
    : middle_(0.5 * static_cast<double>(chain.data().dim - 1)) {
  const double e = std::sqrt(negligible_share);
  energy_error_ = middle_ * e * (2.0 + e);
  slope_error_ = 2.0 * energy_error_;
  const std::vector<std::size_t> kept = heaviest(eigenpairs);
  if (kept.size() <= whole)
    sum_matrix(chain, eigenpairs, kept, workers);
  else
    sum_band(chain, eigenpairs, kept, workers);
  for (const OwnedForm& form : forms_) scratch_.resize(std::max(scratch_.size(), kernel_set().differentiate_scratch(form.view())));
}

EnergyModel::Selection EnergyModel::select(const kernels::Chain& chain, const Eigenpairs& eigenpairs,
                                           const std::vector<std::size_t>& kept) {
  const auto lanes = static_cast<std::size_t>(kernel_set().lanes);
  Selection s;
  const auto pad = [&] {
    while (!s.pairs.empty() && s.pairs.size() % lanes != 0) {
      s.pairs.push_back(s.pairs.back());
      s.real.push_back(false);
    }
  };
  if (!PairCoupling::of(chain).cross) {
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

void EnergyModel::sum_matrix(const SpectralChain& chain, const Eigenpairs& eigenpairs, const std::vector<std::size_t>& kept,
                             const Workers& workers) {
  const Selection selection = select(chain.data(), eigenpairs, kept);
  if (selection.pairs.empty()) return;
  Eigenpairs pairs = subset(eigenpairs, selection.pairs, selection.real, chain.boundaries().size() - 1);
  const EnergyTask task{.chain = &chain.data(),
                        .cache = chain.cache(),
                        .block = chain.block(),
                        .pairs = pairs.view(chain.boundaries()),
                        .even = static_cast<std::int64_t>(selection.even)};
  const auto size = static_cast<std::size_t>((chain.data().constant_diagonal ? 2 : 1) * task.rows() * task.columns());
  const std::vector<double> sums = sum_over_superblocks(
      static_cast<std::int64_t>(chain.boundaries().size()) - 1, size, kernel_set().energy_scratch(task), workers,
      [&](std::int64_t s, double* matrices, double* scratch) { kernel_set().add_energy(task, s, matrices, scratch); });
  forms_.push_back(form(chain, pairs, selection, sums));
}

OwnedForm EnergyModel::form(const SpectralChain& chain, const Eigenpairs& kept, const Selection& selection,
                            const std::vector<double>& sums) {
  const PairCoupling coupling = PairCoupling::of(chain.data());
  const std::size_t count = selection.pairs.size();
  const std::size_t padded_rows = coupling.cross ? selection.even : count;
  const std::size_t first_column = coupling.cross ? selection.even : 0;
  const std::size_t padded_columns = count - first_column;
  const std::vector<std::size_t> rows = positions(selection.real, 0, padded_rows);
  const std::vector<std::size_t> columns = positions(selection.real, first_column, count);
  const std::size_t odd_levels = chain.data().constant_diagonal ? padded_rows * padded_columns : 0;
  OwnedForm form;
  form.cross = coupling.cross;
  for (const std::size_t a : rows) {
    form.row_lambda.push_back(kept.lambda[a]);
    for (const std::size_t b : columns) {
      const std::size_t low = coupling.cross ? a : std::min(a, b);
      const std::size_t high = coupling.cross ? b : std::max(a, b);
      const std::size_t at = low * padded_columns + (high - first_column);
      const PairCoupling::Entry entry = coupling.entry(sums[at], sums[odd_levels + at], kept.parity[a] * kept.parity[b]);
      const double scale = coupling.scale(kept.copies[a], kept.copies[b]);
      form.cosine_matrix.push_back(scale * entry.cosine);
      form.sine_matrix.push_back(scale * entry.sine);
    }
  }
  for (const std::size_t b : columns) form.column_lambda.push_back(kept.lambda[b]);
  return form;
}

void EnergyModel::sum_band(const SpectralChain& chain, const Eigenpairs& eigenpairs, const std::vector<std::size_t>& kept,
                           const Workers& workers) {
  EnergyBand band = sum_energy_band(chain, eigenpairs, kept, workers);
  forms_ = std::move(band.forms);
  energy_error_ += band.energy_error;
  slope_error_ += band.slope_error;
}

double EnergyModel::longest_time() const {
  double reach = 0.0;
  for (const OwnedForm& form : forms_)
    for (const auto* lambdas : {&form.row_lambda, &form.column_lambda})
      for (const double lambda : *lambdas) reach = std::max(reach, std::abs(lambda));
  return kernels::largest_angle / reach;
}

void EnergyModel::evaluate(std::span<const double> times, std::span<EnergySample> samples) {
  for (std::size_t begin = 0; begin < times.size(); begin += energy_times) {
    const std::size_t count = std::min<std::size_t>(energy_times, times.size() - begin);
    double t[energy_times] = {};
    std::copy_n(times.begin() + static_cast<std::ptrdiff_t>(begin), count, t);
    for (std::size_t i = 0; i < count; ++i) samples[begin + i] = {t[i], middle_, 0.0, 0.0};
    for (const OwnedForm& form : forms_) {
      double energy[energy_times];
      double slope[energy_times];
      double curvature[energy_times];
      kernel_set().differentiate_energy(form.view(), t, energy, slope, curvature, scratch_.data());
      for (std::size_t i = 0; i < count; ++i) {
        EnergySample& sample = samples[begin + i];
        sample.energy += energy[i];
        sample.slope += slope[i];
        sample.curvature += curvature[i];
      }
    }
  }
}

}  // namespace qbatt::cpu
