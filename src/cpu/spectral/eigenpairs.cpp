#include "cpu/spectral/eigenpairs.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "cpu/aligned_doubles.hpp"
#include "cpu/team.hpp"
#include "kernels/isolation.hpp"
#include "model/numerical_error.hpp"

namespace qbatt::cpu {
namespace {

using kernels::BondValues;
using kernels::Match;

constexpr int most_refinements = 80;

/// Eigenvalues to shoot at; grows, then is padded to whole groups with copies of its last entry.
struct Targets : EigenvalueList {
  void add(double l, double p, index b) {
    lambda.push_back(l);
    parity.push_back(p);
    bond.push_back(b);
  }
  [[nodiscard]] std::size_t size() const { return lambda.size(); }
  void pad() {
    const auto lanes = static_cast<std::size_t>(kernel_set().lanes);
    while (size() % lanes != 0) add(lambda.back(), parity.back(), bond.back());
  }
  [[nodiscard]] ShotTargets view() const { return {static_cast<std::int64_t>(size()), lambda.data(), parity.data(), bond.data()}; }
};

BondValues bond_values(const std::vector<double>& values, std::size_t count, std::size_t i) {
  std::array<double, bond_fields> fields;
  for (std::size_t f = 0; f < fields.size(); ++f) fields[f] = values[f * count + i];
  return std::bit_cast<BondValues>(fields);
}

/// What a target's shots came to.
struct ShotResult {
  BondValues values;
  Match match;
};

struct Node : kernels::GridNode {
  double weight;  ///< (v)_0^2 of the vector matched here
};

/// One family of eigenpairs: all of a whole chain, or those of one parity of a folded one.
struct Family {
  double parity;
  index wanted_end;  ///< indices 0 ... wanted_end - 1 are searched (only lambda > 0 where the diagonal is constant)
  index zero_index;  ///< index of the eigenvalue that is exactly 0, or -1
};

std::vector<Family> families(const kernels::Chain& chain) {
  std::vector<Family> result;
  const index stride = chain.folded ? 2 : 1;
  for (index first = 0; first < stride; ++first) {
    Family family{.parity = first == 0 ? 1.0 : -1.0, .wanted_end = (chain.dim - first + stride - 1) / stride, .zero_index = -1};
    if (chain.constant_diagonal) {
      // Of the indices first, first + stride, ... of the whole spectrum, those below floor(d/2) are positive.
      const index positive = chain.dim / 2;
      family.wanted_end = std::max<index>(0, (positive - first + stride - 1) / stride);
      if (chain.dim % 2 != 0 && positive % stride == first) family.zero_index = positive / stride;
    }
    result.push_back(family);
  }
  return result;
}

/// An eigenvalue on its way from the grid to its pair.
struct Candidate {
  double parity;
  index order;  ///< index in its family
  index bond;
  kernels::Refinement state;
};

/// Shoots at all targets (padding them) and matches; checkpoints as in ShootTask.
std::vector<ShotResult> shoot(const SpectralChain& chain, Targets& targets, const Checkpoints* checkpoints,
                              const Workers& workers) {
  const std::size_t wanted = targets.size();
  targets.pad();
  std::vector<double> values(bond_fields * targets.size());
  const ShootTask task{.chain = &chain.data(),
                       .cache = chain.cache(),
                       .block = chain.block(),
                       .targets = targets.view(),
                       .values = values.data(),
                       .checkpoints = checkpoints,
                       .stop = watch(workers.stop)};
  const KernelSet& kernels = kernel_set();
  const std::int64_t groups = task.targets.count / kernels.lanes;
  const std::int64_t shares = std::min<std::int64_t>(workers.threads, groups);
  const auto begin = [&](std::int64_t share) { return groups * share / shares * kernels.lanes; };
  const std::size_t scratch_size = whole_lines(kernels.shoot_scratch(chain.block(), (groups / shares + 1) * kernels.lanes));
  const AlignedDoubles scratch(scratch_size * static_cast<std::size_t>(shares));
  share_out(shares, workers, [&](std::int64_t share, int thread) {
    kernels.shoot(task, begin(share), begin(share + 1), scratch.get() + scratch_size * static_cast<std::size_t>(thread));
  });
  std::vector<ShotResult> results(wanted);
  for (std::size_t i = 0; i < wanted; ++i) {
    results[i].values = bond_values(values, targets.size(), i);
    results[i].match = kernels::match(results[i].values, chain.offdiag(targets.bond[i]));
  }
  return results;
}

double multiplicity(const SpectralChain& chain) {
  return chain.data().folded ? 2.0 : 1.0;
}

/// (v)_0^2 of the vector matched here.
double weight(const SpectralChain& chain, const ShotResult& r) {
  return std::exp2(-2.0 * r.values.up_scale) / (multiplicity(chain) * r.match.norm);
}

class EigenvalueSearch {
public:
  EigenvalueSearch(const SpectralChain& chain, const Workers& workers) : chain_(chain), workers_(workers) {}

  EigenvalueList run() {
    for (const Family& family : families(chain_.data())) search(family);
    refine_all();
    EigenvalueList list;
    list.shots = shots_;
    for (const Candidate& c : candidates_) {
      list.lambda.push_back(c.state.lambda);
      list.parity.push_back(c.parity);
      list.bond.push_back(c.bond);
    }
    return list;
  }

private:
  /// Grid points from low to high, about `spacing` eigenvalues apart, low excluded.
  void place_nodes(double low, double count_low, double high, double count_high, int depth, std::vector<double>& nodes) const {
    constexpr double spacing = 0.8;
    constexpr double smooth = 4.0;
    const double between = count_low - count_high;
    if (between > smooth && depth < 48) {
      const double middle = 0.5 * (low + high);
      const double count_middle = kernels::semiclassical_count(chain_.samples(), middle);
      place_nodes(low, count_low, middle, count_middle, depth + 1, nodes);
      place_nodes(middle, count_middle, high, count_high, depth + 1, nodes);
      return;
    }
    const int steps = std::max(1, static_cast<int>(std::ceil(between / spacing)));
    for (int i = 1; i <= steps; ++i) nodes.push_back(i == steps ? high : low + (high - low) * i / steps);
  }

  [[nodiscard]] std::vector<double> grid(double low, double high) const {
    std::vector<double> nodes{low};
    const auto samples = chain_.samples();
    place_nodes(low, kernels::semiclassical_count(samples, low), high, kernels::semiclassical_count(samples, high), 0, nodes);
    return nodes;
  }

  /// Shoots at grid points (ascending). Neighbors share a bond as long as it lies reasonably deep for both.
  [[nodiscard]] std::vector<Node> evaluate(const std::vector<double>& grid_points, double parity) {
    Targets targets;
    index bond = -1;
    for (const double lambda : grid_points) {
      const index best = chain_.bond(lambda);
      if (bond < 0 || depth(bond, lambda) < 0.6 * depth(best, lambda)) bond = best;
      targets.add(lambda, parity, bond);
    }
    shots_ += static_cast<std::int64_t>(targets.size());
    const std::vector<ShotResult> results = shoot(chain_, targets, nullptr, workers_);
    std::vector<Node> nodes(grid_points.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const Match& m = results[i].match;
      if (!std::isfinite(m.whole + m.fraction)) throw NumericalError(Failure::range, "the recurrence left the range of a double");
      nodes[i] = {kernels::GridNode::at(grid_points[i], targets.bond[i], m), weight(chain_, results[i])};
    }
    return nodes;
  }

  /// b_{r-1} + b_r - |lambda - diag_r| at bond r.
  [[nodiscard]] double depth(index r, double lambda) const {
    const auto samples = chain_.samples();
    const auto* const end = samples.level + samples.count;
    const auto i =
        static_cast<int>(std::min<std::ptrdiff_t>(std::lower_bound(samples.level, end, r) - samples.level, samples.count - 1));
    return kernels::depth(samples, i, lambda);
  }

  [[nodiscard]] static bool matters(const Node& node) {
    return kernels::importance(node.weight, node.lambda) > kernels::least_importance;
  }

  void search(const Family& family) {
    std::vector<Node> nodes = evaluate(grid(chain_.window_low(), chain_.window_high()), family.parity);
    widen(family, nodes);
    add_candidates(family, nodes);
    if (family.zero_index >= 0)
      candidates_.push_back({family.parity, family.zero_index, chain_.bond(0.0), {0.0, 0.0, 0.0, 0.0, {}, false, true}});
  }

  /// Adds grid points while the outermost ones still carry weight and eigenvalues lie beyond them.
  void widen(const Family& family, std::vector<Node>& nodes) {
    constexpr int most_widenings = 24;
    for (int i = 0; i < most_widenings && nodes.back().above > 0 && matters(nodes.back()); ++i) {
      const double high = nodes.back().lambda;
      append(nodes, evaluate(grid(high, high + 0.3 * (high - nodes.front().lambda)), family.parity));
    }
    const auto lowest_exhausted = [&] { return chain_.data().constant_diagonal || nodes.front().above >= family.wanted_end; };
    for (int i = 0; i < most_widenings && !lowest_exhausted() && matters(nodes.front()); ++i) {
      const double low = nodes.front().lambda;
      std::vector<Node> below = evaluate(grid(low - 0.3 * (nodes.back().lambda - low), low), family.parity);
      append(below, nodes);
      nodes = std::move(below);
    }
  }

  /// The first of `more` repeats the last of `nodes`.
  static void append(std::vector<Node>& nodes, const std::vector<Node>& more) {
    nodes.insert(nodes.end(), more.begin() + 1, more.end());
  }

  /// One candidate for each eigenvalue between grid points that carries weight.
  void add_candidates(const Family& family, const std::vector<Node>& nodes) {
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
      const Node& a = nodes[i];
      const Node& b = nodes[i + 1];
      const index first = b.above;
      // Where the grid starts at 0 because the spectrum is symmetric, the count there may be off by rounding.
      const bool at_symmetry = i == 0 && chain_.data().constant_diagonal;
      const index end = std::min(at_symmetry ? family.wanted_end : a.above, family.wanted_end);
      if (!matters(a) && !matters(b) && !chain_.may_matter(a.lambda, b.lambda)) continue;
      for (index order = end; order-- > first;) {
        const kernels::Isolation isolation = kernels::isolate_between(a, b, order);
        const index bond = chain_.bond(isolation.lambda);
        candidates_.push_back({family.parity, order, bond, isolation.refinement(bond)});
      }
    }
  }

  void refine_all() {
    for (int pass = 0; pass < most_refinements; ++pass) {
      Targets targets;
      std::vector<Candidate*> active;
      for (Candidate& c : candidates_) {
        if (!c.state.done) {
          active.push_back(&c);
          targets.add(c.state.lambda, c.parity, c.bond);
        }
      }
      if (active.empty()) return;
      shots_ += static_cast<std::int64_t>(active.size());
      const std::vector<ShotResult> results = shoot(chain_, targets, nullptr, workers_);
      for (std::size_t i = 0; i < active.size(); ++i) kernels::refine(active[i]->state, results[i].match, active[i]->order);
    }
  }

  const SpectralChain& chain_;
  const Workers& workers_;
  std::vector<Candidate> candidates_;
  std::int64_t shots_ = 0;
};

void add_pair(const SpectralChain& chain, const ShotResult& r, bool real_pair, Eigenpairs& pairs) {
  const std::size_t i = pairs.weight.size();
  const double scale = 1.0 / (multiplicity(chain) * r.match.norm);
  pairs.weight.push_back(real_pair ? weight(chain, r) : 0.0);
  // A residual on the middle level of a folded chain is felt from both sides.
  pairs.mismatch.push_back(r.match.mismatch * std::sqrt(multiplicity(chain)));
  pairs.magnitude.push_back(std::sqrt(r.match.bound / r.match.norm));
  pairs.copies.push_back(chain.data().constant_diagonal && pairs.lambda[i] != 0.0 ? 2.0 : 1.0);
  pairs.up_factor.push_back(real_pair ? scale : 0.0);
  pairs.up_exponent.push_back(-2.0 * r.values.up_scale);
  pairs.down_factor.push_back(real_pair ? scale * r.match.join : 0.0);
  pairs.down_exponent.push_back(-r.values.down_scale - r.values.up_scale);
}

/// Column `pair` of the checkpoint arrays of `from`, for all superblocks, as column `at` of `to`.
void copy_checkpoints(const Eigenpairs& from, std::size_t pair, Eigenpairs& to, std::size_t at) {
  const auto copy = [&](const std::vector<double>& source, std::vector<double>& target) {
    const auto wide = static_cast<std::size_t>(from.padded);
    const auto narrow = static_cast<std::size_t>(to.padded);
    for (std::size_t s = 0; s * wide < source.size(); ++s) target[s * narrow + at] = source[s * wide + pair];
  };
  copy(from.checkpoints.up_here, to.checkpoints.up_here);
  copy(from.checkpoints.up_behind, to.checkpoints.up_behind);
  copy(from.checkpoints.up_scale, to.checkpoints.up_scale);
  copy(from.checkpoints.down_here, to.checkpoints.down_here);
  copy(from.checkpoints.down_behind, to.checkpoints.down_behind);
  copy(from.checkpoints.down_scale, to.checkpoints.down_scale);
}

}  // namespace

void CheckpointStorage::resize(std::size_t size) {
  for (auto* array : {&up_here, &up_behind, &up_scale, &down_here, &down_behind, &down_scale}) array->assign(size, 0.0);
}

Checkpoints CheckpointStorage::view(const std::vector<index>& boundaries) {
  return {.boundary = boundaries.data(),
          .superblocks = static_cast<std::int64_t>(boundaries.size()) - 1,
          .up_here = up_here.data(),
          .up_behind = up_behind.data(),
          .up_scale = up_scale.data(),
          .down_here = down_here.data(),
          .down_behind = down_behind.data(),
          .down_scale = down_scale.data()};
}

std::int64_t Eigenpairs::represented() const {
  double sum = 0.0;
  for (std::int64_t i = 0; i < count; ++i) sum += copies[static_cast<std::size_t>(i)];
  return static_cast<std::int64_t>(sum);
}

StreamPairs Eigenpairs::view(const std::vector<index>& boundaries) {
  return {.count = padded,
          .lambda = lambda.data(),
          .bond = bond.data(),
          .checkpoints = checkpoints.view(boundaries),
          .up_factor = up_factor.data(),
          .up_exponent = up_exponent.data(),
          .down_factor = down_factor.data(),
          .down_exponent = down_exponent.data()};
}

EigenvalueList find_eigenvalues(const SpectralChain& chain, const Workers& workers) {
  return EigenvalueSearch(chain, workers).run();
}

Eigenpairs measure_pairs(const SpectralChain& chain, EigenvalueList values, const Workers& workers) {
  Eigenpairs pairs;
  pairs.count = static_cast<std::int64_t>(values.lambda.size());
  if (pairs.count == 0) return pairs;
  Targets targets{std::move(values)};
  targets.pad();
  pairs.padded = static_cast<std::int64_t>(targets.size());
  pairs.checkpoints.resize(targets.size() * (chain.boundaries().size() - 1));
  const Checkpoints checkpoints = pairs.checkpoints.view(chain.boundaries());
  const std::vector<ShotResult> results = shoot(chain, targets, &checkpoints, workers);
  pairs.lambda = targets.lambda;
  pairs.parity = targets.parity;
  pairs.bond = targets.bond;
  for (std::size_t i = 0; i < targets.size(); ++i) add_pair(chain, results[i], i < static_cast<std::size_t>(pairs.count), pairs);
  return pairs;
}

Eigenpairs subset(const Eigenpairs& from, const std::vector<std::size_t>& pairs, const std::vector<bool>& real,
                  std::size_t superblocks) {
  Eigenpairs to;
  to.count = to.padded = static_cast<std::int64_t>(pairs.size());
  to.checkpoints.resize(pairs.size() * superblocks);
  for (std::size_t at = 0; at < pairs.size(); ++at) {
    const std::size_t j = pairs[at];
    to.lambda.push_back(from.lambda[j]);
    to.parity.push_back(from.parity[j]);
    to.bond.push_back(from.bond[j]);
    to.copies.push_back(from.copies[j]);
    to.up_factor.push_back(real[at] ? from.up_factor[j] : 0.0);
    to.up_exponent.push_back(from.up_exponent[j]);
    to.down_factor.push_back(real[at] ? from.down_factor[j] : 0.0);
    to.down_exponent.push_back(from.down_exponent[j]);
    copy_checkpoints(from, j, to, at);
  }
  return to;
}

}  // namespace qbatt::cpu
