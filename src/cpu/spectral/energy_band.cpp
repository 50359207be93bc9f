#include "cpu/spectral/energy_band.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "cpu/spectral/spacings.hpp"
#include "cpu/spectral/superblock_sums.hpp"
#include "kernels/certificate.hpp"

namespace qbatt::cpu {
namespace {

/// Pairs on each side of the diagonal that are tried; where these are too few, the energy has no narrow band.
constexpr std::int64_t widest_band = 256;
/// What the outermost diagonals of the band may hold, of the middle energy.
constexpr double negligible_edge = 1e-9;
/// What BandSum::rest may be, of the middle energy. It cannot be held to as little as the edge: a sum of square roots of
/// differences of nearly equal numbers, it is some 1e-8 of the energy a pair where nothing is left.
constexpr double negligible_rest = 1e-3;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Pairs in groups of KernelSet::lanes, in ascending order of their eigenvalues. Where the two parities meet only each other,
/// groups of even and odd pairs take turns: rows of the matrix are even pairs, columns are odd ones.
class Groups {
public:
  Groups(const Eigenpairs& eigenpairs, std::span<const std::size_t> kept, bool cross) {
    if (!cross) {
      rows_ = columns_ = add(eigenpairs, {kept.begin(), kept.end()});
      return;
    }
    std::vector<std::size_t> even;
    std::vector<std::size_t> odd;
    for (const std::size_t j : kept) (eigenpairs.parity[j] > 0.0 ? even : odd).push_back(j);
    if (even.empty() || odd.empty()) return;
    in_turns(eigenpairs, even, odd);
  }

  [[nodiscard]] const std::vector<std::size_t>& pairs() const { return pairs_; }
  [[nodiscard]] const std::vector<bool>& real() const { return real_; }
  /// Where the groups of the rows and of the columns are, both in ascending order of their eigenvalues.
  [[nodiscard]] const std::vector<std::int64_t>& rows() const { return rows_; }
  [[nodiscard]] const std::vector<std::int64_t>& columns() const { return columns_; }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// Groups on each side of the diagonal with which a band is all of the matrix.
  [[nodiscard]] std::int64_t all() const { return std::ssize(rows_.size() < columns_.size() ? columns_ : rows_) - 1; }

private:
  using Pairs = std::vector<std::size_t>;

  static void sort(const Eigenpairs& e, Pairs& pairs) {
    std::ranges::sort(
        pairs, [&e](std::size_t a, std::size_t b) { return e.lambda[a] < e.lambda[b] || (e.lambda[a] == e.lambda[b] && a < b); });
  }

  /// Adds pairs in whole groups and says where those are.
  std::vector<std::int64_t> add(const Eigenpairs& e, Pairs pairs) {
    sort(e, pairs);
    std::vector<std::int64_t> places;
    const auto lanes = static_cast<std::size_t>(kernel_set().lanes);
    for (std::size_t begin = 0; begin < pairs.size(); begin += lanes) places.push_back(add_group(pairs, begin));
    return places;
  }

  void in_turns(const Eigenpairs& e, Pairs& even, Pairs& odd) {
    sort(e, even);
    sort(e, odd);
    const auto lanes = static_cast<std::size_t>(kernel_set().lanes);
    for (std::size_t begin = 0; begin < std::max(even.size(), odd.size()); begin += lanes) {
      if (begin < even.size()) rows_.push_back(add_group(even, begin));
      if (begin < odd.size()) columns_.push_back(add_group(odd, begin));
    }
  }

  /// The last group is filled up with copies of its last pair.
  std::int64_t add_group(const Pairs& pairs, std::size_t begin) {
    const auto lanes = static_cast<std::size_t>(kernel_set().lanes);
    const std::size_t place = pairs_.size() / lanes;
    for (std::size_t i = begin; i < begin + lanes; ++i) {
      pairs_.push_back(pairs[std::min(i, pairs.size() - 1)]);
      real_.push_back(i < pairs.size());
    }
    return static_cast<std::int64_t>(place);
  }

  Pairs pairs_;
  std::vector<bool> real_;
  std::vector<std::int64_t> rows_;
  std::vector<std::int64_t> columns_;
};

/// A tile of the band by the numbers of its groups among those of the rows and of the columns.
struct BandTile {
  EnergyTile groups;
  std::int64_t row;
  std::int64_t column;
};

/// All tiles up to `width` groups off the diagonal; of those that mirror each other, the one above it.
std::vector<BandTile> tiles_of_band(const Groups& groups, bool cross, std::int64_t width) {
  std::vector<BandTile> tiles;
  const auto columns = static_cast<std::int64_t>(groups.columns().size());
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(groups.rows().size()); ++i)
    for (std::int64_t j = cross ? std::max<std::int64_t>(0, i - width) : i; j <= i + width && j < columns; ++j)
      tiles.push_back({{groups.rows()[static_cast<std::size_t>(i)], groups.columns()[static_cast<std::size_t>(j)]}, i, j});
  const auto later = [](const BandTile& t) { return std::max(t.groups.row, t.groups.column); };
  std::ranges::stable_sort(tiles, {}, later);
  return tiles;
}

/// The band in one width.
class BandSum {
public:
  BandSum(const SpectralChain& chain, const Eigenpairs& eigenpairs, const Groups& groups, Eigenpairs& kept, std::int64_t width,
          const Workers& workers)
      : coupling_(PairCoupling::of(chain.data())),
        classes_(chain.data().constant_diagonal ? 2 : 1),
        eigenpairs_(eigenpairs),
        groups_(groups),
        kept_(kept),
        width_(width),
        tiles_(tiles_of_band(groups, coupling_.cross, width)),
        covered_{std::vector<double>(groups.pairs().size()), std::vector<double>(classes_ == 2 ? groups.pairs().size() : 0)} {
    sum(chain, workers);
    for (std::size_t i = 0; i < groups_.rows().size(); ++i) forms_.push_back(empty_form(i));
    for (std::size_t t = 0; t < tiles_.size(); ++t) place(t);
  }

  [[nodiscard]] std::vector<OwnedForm> take_forms() { return std::move(forms_); }

  /// What the diagonals in the outer half of the last group hold.
  [[nodiscard]] double edge() const { return edge_; }

  /// Bounds on what the entries beyond the band may do to the energy and its slope.
  struct Rest {
    double energy = 0;
    double slope = 0;
  };

  /// With x_a the values of pair a times c_a and w_b = c_b^2, the pairs being complete and orthonormal, sum_b M_ab^2 / w_b is
  /// || K x_a ||^2, separately for even and odd levels where those move apart. What is left of it beyond the band bounds the sum
  /// over b beyond the band by Cauchy's inequality, as sum_b w_b = sum_b w_b lambda_b^2 = 1. `overlap`: pairs that are not quite
  /// orthonormal make up for less than || K x_a ||^2 (1 + overlap). NaN where a pair is no number.
  [[nodiscard]] Rest rest(double overlap) const {
    Rest rest;
    const auto lanes = static_cast<std::size_t>(kernel_set().lanes);
    for (const std::int64_t group : groups_.rows()) {
      for (std::size_t a = static_cast<std::size_t>(group) * lanes; a < (static_cast<std::size_t>(group) + 1) * lanes; ++a) {
        if (!groups_.real()[a]) continue;
        double left = 0.0;
        for (std::size_t c = 0; c < classes_; ++c) left += std::max(squares(a, c) * (1.0 + overlap) - covered_[c][a], 0.0);
        const double share = (coupling_.cross ? 2.0 : 1.0) * kept_.copies[a] * std::sqrt(left);
        rest.energy += share;
        rest.slope += share * (1.0 + std::abs(kept_.lambda[a]));
      }
    }
    return rest;
  }

private:
  void sum(const SpectralChain& chain, const Workers& workers) {
    std::vector<EnergyTile> tiles;
    std::int64_t reach = 0;
    for (const BandTile& t : tiles_) {
      tiles.push_back(t.groups);
      reach = std::max(reach, std::abs(t.groups.row - t.groups.column));
    }
    const BandTask task{.chain = &chain.data(),
                        .cache = chain.cache(),
                        .block = chain.block(),
                        .pairs = kept_.view(chain.boundaries()),
                        .tiles = tiles.data(),
                        .count = static_cast<std::int64_t>(tiles.size()),
                        .reach = reach};
    class_sums_ = static_cast<std::size_t>(task.class_sums(kernel_set().lanes));
    sums_ = sum_over_superblocks(
        static_cast<std::int64_t>(chain.boundaries().size()) - 1, classes_ * class_sums_, kernel_set().energy_band_scratch(task),
        workers, [&](std::int64_t s, double* sums, double* scratch) { kernel_set().add_energy_band(task, s, sums, scratch); });
  }

  /// The columns that a group of rows meets are neighbors.
  [[nodiscard]] std::int64_t first_column(std::int64_t row) const {
    return coupling_.cross ? std::max<std::int64_t>(0, row - width_) : row;
  }

  [[nodiscard]] OwnedForm empty_form(std::size_t row) const {
    const auto lanes = static_cast<std::size_t>(kernel_set().lanes);
    OwnedForm form;
    form.cross = true;
    const auto lambda = [&](std::int64_t group, std::vector<double>& to) {
      const auto* const first = kept_.lambda.data() + static_cast<std::size_t>(group) * lanes;
      to.insert(to.end(), first, first + lanes);
    };
    lambda(groups_.rows()[row], form.row_lambda);
    const auto i = static_cast<std::int64_t>(row);
    for (std::int64_t j = first_column(i); j <= i + width_ && j < static_cast<std::int64_t>(groups_.columns().size()); ++j)
      lambda(groups_.columns()[static_cast<std::size_t>(j)], form.column_lambda);
    form.cosine_matrix.assign(form.row_lambda.size() * form.column_lambda.size(), 0.0);
    form.sine_matrix = form.cosine_matrix;
    return form;
  }

  /// Puts the sums of a tile into the form of its rows.
  void place(std::size_t tile) {
    const BandTile& t = tiles_[tile];
    const auto lanes = static_cast<std::size_t>(kernel_set().lanes);
    OwnedForm& form = forms_[static_cast<std::size_t>(t.row)];
    const std::size_t columns = form.column_lambda.size();
    const bool mirrored = !coupling_.cross && t.row != t.column;  // stands for the tile below the diagonal too
    for (std::size_t l = 0; l < lanes; ++l) {
      const std::size_t a = static_cast<std::size_t>(t.groups.row) * lanes + l;
      for (std::size_t k = 0; k < lanes; ++k) {
        const std::size_t b = static_cast<std::size_t>(t.groups.column) * lanes + k;
        if (!groups_.real()[a] || !groups_.real()[b]) continue;
        const std::size_t at = (tile * lanes + l) * lanes + k;
        const PairCoupling::Entry entry =
            coupling_.entry(sums_[at], sums_[(classes_ - 1) * class_sums_ + at], kept_.parity[a] * kept_.parity[b]);
        const double scale = (mirrored ? 2.0 : 1.0) * coupling_.scale(kept_.copies[a], kept_.copies[b]);
        const std::size_t to = l * columns + static_cast<std::size_t>(t.column - first_column(t.row)) * lanes + k;
        form.cosine_matrix[to] = scale * entry.cosine;
        form.sine_matrix[to] = scale * entry.sine;
        const auto distance = std::abs((t.row - t.column) * static_cast<std::int64_t>(lanes) + static_cast<std::int64_t>(l) -
                                       static_cast<std::int64_t>(k));
        if (is_edge(distance)) edge_ += std::max(std::abs(form.cosine_matrix[to]), std::abs(form.sine_matrix[to]));
        cover(a, b, entry);
        if (mirrored) cover(b, a, entry);
      }
    }
  }

  [[nodiscard]] bool is_edge(std::int64_t distance) const {
    const std::int64_t lanes = kernel_set().lanes;
    return 2 * distance > (2 * width_ - 1) * lanes && distance <= width_ * lanes;
  }

  void cover(std::size_t a, std::size_t b, const PairCoupling::Entry& entry) {
    const double factor = (coupling_.cross ? 4.0 : 1.0) * kept_.copies[b] / eigenpairs_.weight[groups_.pairs()[b]];
    covered_[0][a] += factor * entry.cosine * entry.cosine;
    if (classes_ == 2) covered_[1][a] += factor * entry.sine * entry.sine;
  }

  /// || K x_a ||^2 over the levels of a class of the whole chain.
  [[nodiscard]] double squares(std::size_t a, std::size_t c) const {
    const auto kept_levels = [&](std::size_t of) { return sums_[of * class_sums_ + class_sums_ - kept_.lambda.size() + a]; };
    if (coupling_.exchanged) return kept_levels(0) + kept_levels(1);
    return (coupling_.cross ? 2.0 : 1.0) * kept_levels(c);
  }

  PairCoupling coupling_;
  std::size_t classes_;
  const Eigenpairs& eigenpairs_;
  const Groups& groups_;
  Eigenpairs& kept_;
  std::int64_t width_;  // groups on each side of the diagonal
  std::vector<BandTile> tiles_;
  std::size_t class_sums_ = 0;
  std::vector<double> sums_;  // see BandTask
  std::vector<OwnedForm> forms_;
  std::vector<double> covered_[2];  // [class][pair] of || K x_a ||^2 by the entries of the band
  double edge_ = 0;
};

/// A bound on || G - 1 ||, G the scalar products of the pairs: <v_i, v_j> is at most (|| r_i || + || r_j ||) / |lambda_i -
/// lambda_j|. Infinite where pairs are no numbers or coincide.
double overlap(const SpectralChain& chain, const Eigenpairs& e) {
  const kernels::ShotCertificate rounding{.constant_diagonal = chain.data().constant_diagonal, .fused = kernel_set().fused};
  const std::vector<double> spacing = spacings(chain.data(), e);
  double residual = 0.0;
  double nearest = infinity;
  for (std::size_t j = 0; j < spacing.size(); ++j) {
    const double own = e.mismatch[j] + rounding.pair_rounding(e.magnitude[j]);
    if (std::isnan(own) || std::isnan(spacing[j])) return infinity;
    residual = std::max(residual, own);
    nearest = std::min(nearest, spacing[j]);
  }
  return 4.0 * residual * (1.0 + std::log(2.0 * static_cast<double>(spacing.size()))) / nearest;
}

}  // namespace

EnergyBand sum_energy_band(const SpectralChain& chain, const Eigenpairs& eigenpairs, std::span<const std::size_t> kept,
                           const Workers& workers) {
  const bool cross = PairCoupling::of(chain.data()).cross;
  const Groups groups(eigenpairs, kept, cross);
  if (groups.empty()) return {};
  const double middle = 0.5 * static_cast<double>(chain.data().dim - 1);
  Eigenpairs pairs = subset(eigenpairs, groups.pairs(), groups.real(), chain.boundaries().size() - 1);
  for (std::int64_t width = 1; width * kernel_set().lanes <= widest_band; width *= 2) {
    BandSum band(chain, eigenpairs, groups, pairs, width, workers);
    const bool whole = width >= groups.all();  // there is no edge
    if ((whole || band.edge() <= negligible_edge * middle) && band.rest(0.0).energy <= negligible_rest * middle) {
      const double excess = overlap(chain, eigenpairs);
      const auto rest = std::isfinite(excess) ? band.rest(excess) : BandSum::Rest{infinity, infinity};
      return {band.take_forms(), rest.energy, rest.slope};
    }
    if (whole) break;
  }
  return {};
}

}  // namespace qbatt::cpu
