#pragma once

#include "kernels/certificate.hpp"
#include "kernels/isolation.hpp"
#include "kernels/team/semiclassics.hpp"
#include "kernels/team/shots.hpp"

// The eigenpairs of one chain that carry e_0, by a team: a grid of phases over the window, wider where it ends too early,
// refinement between its points, and what the pairs are worth. On the CPU this is EigenvalueSearch and measure_pairs().
namespace qbatt::kernels::inline QBATT_TARGET {

/// The pairs found, those of parity +1 first. Where the diagonal is constant a pair with lambda > 0 stands for its mirror image
/// too. A vector is c_j v_j: it starts with the weight at level 0, and at the top with down_factor 2^down_exponent times what the
/// shot starts with.
struct TeamPairs {
  double* lambda;
  double* weight;  ///< c_j^2
  double* down_factor;
  double* down_exponent;
  std::int32_t* bond;
  int capacity;
  int count = 0;
  int even = 0;  ///< of parity +1; all where the chain is not folded

  QBATT_HD TeamPairs(Arena& arena, int room)
      : lambda(arena.take<double>(room)),
        weight(arena.take<double>(room)),
        down_factor(arena.take<double>(room)),
        down_exponent(arena.take<double>(room)),
        bond(arena.take<std::int32_t>(room)),
        capacity(room) {}

  [[nodiscard]] QBATT_HD double parity(int j) const { return j < even ? 1.0 : -1.0; }
  /// Pairs that pair j stands for.
  [[nodiscard]] QBATT_HD double copies(const Chain& chain, int j) const {
    return chain.constant_diagonal && lambda[j] != 0.0 ? 2.0 : 1.0;
  }
};

/// What a search for pairs comes to.
struct PairsFound {
  bool all = false;  ///< false: no room, or numbers out of range
  Certificate certificate{};
  double bandwidth = 0;    ///< see energy_bandwidth()
  double represented = 0;  ///< pairs, mirror images included
};

/// A point of the grid, and the weight of the vector matched there.
struct TeamNode {
  GridNode node;
  double weight;
};

/// Memory of a search; nothing of it is needed afterwards.
struct PairSearchMemory {
  TeamTargets targets;
  TeamNode* nodes;           ///< [family][room for nodes]
  double* grid;              ///< [room for nodes]
  std::int32_t* first;       ///< [family][room for nodes] orders of the candidates of an interval
  std::int32_t* candidates;  ///< likewise, how many there are; then their places
  Refinement* states;        ///< [room for pairs]
  std::int32_t* order;       ///< [room for pairs]
  std::int32_t* active;      ///< [room for pairs]
  std::int32_t* counters;    ///< [4]
  double* cells;             ///< [cells + 1] eigenvalues above

  QBATT_HD static int shots(const TeamPlan& plan, const Chain& chain) {
    const int nodes = (chain.folded ? 2 : 1) * plan.nodes();
    const int pairs = plan.pairs(chain);
    return nodes > pairs ? nodes : pairs;
  }

  QBATT_HD PairSearchMemory(Arena& arena, const TeamPlan& plan, const Chain& chain)
      : targets(arena, shots(plan, chain)),
        nodes(arena.take<TeamNode>((chain.folded ? 2 : 1) * plan.nodes())),
        grid(arena.take<double>(plan.nodes())),
        first(arena.take<std::int32_t>((chain.folded ? 2 : 1) * plan.nodes())),
        candidates(arena.take<std::int32_t>((chain.folded ? 2 : 1) * plan.nodes())),
        states(arena.take<Refinement>(plan.pairs(chain))),
        order(arena.take<std::int32_t>(plan.pairs(chain))),
        active(arena.take<std::int32_t>(plan.pairs(chain))),
        counters(arena.take<std::int32_t>(4)),
        cells(arena.take<double>(plan.cells() + 1)) {}
};

template <class Team>
class TeamPairSearch {
public:
  QBATT_HD TeamPairSearch(Team& team, const Chain& chain, const TeamPlan& plan, TeamSemiclassics<Team>& semiclassics,
                          const Tiling& tiling, Arena& arena)
      : team_(team),
        chain_(chain),
        plan_(plan),
        semiclassics_(semiclassics),
        memory_(arena, plan, chain),
        shots_(team, chain, tiling, plan.block, arena),
        families_(chain.folded ? 2 : 1),
        room_(plan.nodes()),
        bond_for_any_(semiclassics.bond_for_any()) {}

  QBATT_HD QBATT_INLINE PairsFound run(TeamPairs& pairs) {
    if (!search_grid() || !isolate_all(pairs)) return {};
    refine_all(pairs);
    PairsFound found;
    measure(pairs, found);
    return found;
  }

private:
  [[nodiscard]] QBATT_HD static double parity(int family) { return family == 0 ? 1.0 : -1.0; }
  [[nodiscard]] QBATT_HD TeamNode& node(int family, int i) const { return memory_.nodes[family * room_ + i]; }
  [[nodiscard]] QBATT_HD static bool matters(const TeamNode& n) { return importance(n.weight, n.node.lambda) > least_importance; }

  /// Orders 0 ... wanted_end - 1 of a family are searched: only lambda > 0 where the diagonal is constant.
  [[nodiscard]] QBATT_HD int wanted_end(int family) const {
    const int all = chain_.constant_diagonal ? dim_of(chain_) / 2 : dim_of(chain_);
    return all > family ? (all - family + families_ - 1) / families_ : 0;
  }

  /// The order in its family of the eigenvalue that is exactly 0, or -1.
  [[nodiscard]] QBATT_HD int zero_order(int family) const {
    const int positive = dim_of(chain_) / 2;
    return chain_.constant_diagonal && dim_of(chain_) % 2 != 0 && positive % families_ == family ? positive / families_ : -1;
  }

  [[nodiscard]] QBATT_HD int bond(double lambda) const {
    return bond_for_any_ >= 0 ? bond_for_any_ : semiclassics_.bond_of_sample(deepest_sample(semiclassics_.samples(), lambda));
  }

  /// Writes points from low to high, low excluded, as places first ... of the grid: evenly spaced in each of some cells, less than
  /// an eigenvalue apart by semiclassics. Returns how many, -1 where there is no room.
  QBATT_HD int place_grid(double low, double high, int cells, int first) {
    constexpr double spacing = 0.8;
    const auto edge = [&](int cell) {
      return cell == cells ? high : low + (high - low) * (static_cast<double>(cell) / static_cast<double>(cells));
    };
    const LevelSamples samples = semiclassics_.samples();
    share(team_, cells + 1, [&](int cell) { memory_.cells[cell] = semiclassical_count(samples, edge(cell)); });
    std::int32_t* const begin = memory_.candidates;  // of the cells' points, nothing else being there yet
    alone(team_, [&] {
      begin[0] = 0;
      for (int cell = 0; cell < cells; ++cell) {
        const double between = memory_.cells[cell] - memory_.cells[cell + 1];
        const auto whole = static_cast<int>(ceil(between / spacing));
        begin[cell + 1] = begin[cell] + (whole > 1 ? whole : 1);
      }
    });
    const int count = begin[cells];
    if (first + count > room_) return -1;
    share(team_, cells, [&](int cell) {
      const int steps = begin[cell + 1] - begin[cell];
      const double a = edge(cell);
      const double b = edge(cell + 1);
      for (int i = 0; i < steps; ++i) {
        const double part = static_cast<double>(i + 1) / static_cast<double>(steps);
        memory_.grid[first + begin[cell] + i] = i + 1 == steps ? b : a + (b - a) * part;
      }
    });
    return count;
  }

  /// Shoots at places first ... first + count - 1 of the grid. Neighbors share a bond as long as it lies reasonably deep for both,
  /// so that the phase can be interpolated between them. False where the recurrence left the range of a double.
  QBATT_HD bool evaluate(int first, int count) {
    constexpr int together = 16;
    const LevelSamples samples = semiclassics_.samples();
    std::int32_t* const deepest = memory_.targets.bond;
    if (bond_for_any_ < 0) share(team_, count, [&](int i) { deepest[i] = deepest_sample(samples, memory_.grid[first + i]); });
    share(team_, (count + together - 1) / together, [&](int group) {
      int shared = -1;
      for (int i = group * together; i < (group + 1) * together && i < count; ++i) {
        const double lambda = memory_.grid[first + i];
        int own = bond_for_any_;
        if (own < 0) {
          const int best = deepest[i];
          if (shared < 0 || depth(samples, shared, lambda) < 0.6 * depth(samples, best, lambda)) shared = best;
          own = semiclassics_.bond_of_sample(shared);
        }
        for (int family = 0; family < families_; ++family) {
          memory_.targets.lambda[family * count + i] = lambda;
          memory_.targets.parity[family * count + i] = parity(family);
          memory_.targets.bond[family * count + i] = static_cast<std::int32_t>(own);
        }
      }
    });
    shots_.template shoot<false>(memory_.targets, families_ * count);
    bool in_range = true;
    for (int t = team_.rank(); t < families_ * count; t += team_.threads()) {
      const double lambda = memory_.targets.lambda[t];
      const int at = memory_.targets.bond[t];
      const BondValues values = memory_.targets.values(t);
      const Match m = match_of(values, offdiag(chain_.model, static_cast<double>(at)));
      in_range = in_range && fabs(m.whole + m.fraction) < HUGE_VAL;
      node(t / count, first + t % count) = {GridNode::at(lambda, at, m), weight(values, m)};
    }
    team_.barrier();
    return !any_of(team_, !in_range);
  }

  /// (v)_0^2 of the vector matched here.
  [[nodiscard]] QBATT_HD double weight(const BondValues& values, const Match& m) const {
    return exp2(-2.0 * values.up_scale) / (chain_.multiplicity() * m.norm);
  }

  /// Which part of the line a piece of the grid covers.
  enum class Part { window, above, below, none };

  /// The window first, then more as long as the outermost points still carry weight and eigenvalues lie beyond them. False where
  /// there is no room, or the recurrence leaves the range of a double.
  QBATT_HD QBATT_INLINE bool search_grid() {
    constexpr int most_pieces = 48;
    Part part = Part::window;
    for (int piece = 0; part != Part::none && piece < most_pieces; ++piece) {
      const int count = place_part(part);
      if (count < 0 || !evaluate(nodes_, count)) return false;
      if (part == Part::below) alone(team_, [&] { rotate_to_front(count); });
      nodes_ += count;
      part = wants_more_above() ? Part::above : (wants_more_below() ? Part::below : Part::none);
    }
    return true;
  }

  /// Places its points behind the others, ascending, those that are there already left out. Returns how many, -1 where there is no
  /// room.
  QBATT_HD int place_part(Part part) {
    constexpr int cells_beyond = 4;
    constexpr double beyond = 0.3;  // of what was looked at
    double low = plan_.low;
    double high = plan_.high;
    if (part != Part::window) {
      const double first = node(0, 0).node.lambda;
      const double last = node(0, nodes_ - 1).node.lambda;
      low = part == Part::above ? last : first - beyond * (last - first);
      high = part == Part::above ? last + beyond * (last - first) : first;
    }
    const int own_low = part == Part::above ? 0 : 1;
    if (nodes_ + own_low > room_) return -1;
    alone(team_, [&] {
      if (own_low > 0) memory_.grid[nodes_] = low;
    });
    const int more = place_grid(low, high, part == Part::window ? plan_.cells() : cells_beyond, nodes_ + own_low);
    return more < 0 ? -1 : own_low + more - (part == Part::below ? 1 : 0);
  }

  [[nodiscard]] QBATT_HD bool wants_more_above() const {
    bool wants = false;
    for (int f = 0; f < families_; ++f) wants = wants || (node(f, nodes_ - 1).node.above > 0 && matters(node(f, nodes_ - 1)));
    return wants;
  }

  [[nodiscard]] QBATT_HD bool wants_more_below() const {
    bool wants = false;
    for (int f = 0; f < families_ && !chain_.constant_diagonal; ++f)
      wants = wants || (node(f, 0).node.above < wanted_end(f) && matters(node(f, 0)));
    return wants;
  }

  /// The nodes behind the others, `more` of them, become the first.
  QBATT_HD void rotate_to_front(int more) const {
    const int all = nodes_ + more;
    const auto reverse = [&](int family, int begin, int end) {
      for (; end - begin > 1; ++begin) {
        --end;
        const TeamNode held = node(family, begin);
        node(family, begin) = node(family, end);
        node(family, end) = held;
      }
    };
    for (int f = 0; f < families_; ++f) {
      reverse(f, 0, nodes_);
      reverse(f, nodes_, all);
      reverse(f, 0, all);
    }
  }

  /// One candidate for each eigenvalue between grid points that carries weight.
  QBATT_HD QBATT_INLINE bool isolate_all(TeamPairs& pairs) {
    const LevelSamples samples = semiclassics_.samples();
    const int intervals = nodes_ - 1;
    share(team_, families_ * intervals, [&](int item) {
      const int family = item / intervals;
      const int i = item % intervals;
      const TeamNode& a = node(family, i);
      const TeamNode& b = node(family, i + 1);
      // Where the grid starts at 0 because the spectrum is symmetric, the count there may be off by rounding.
      const bool at_symmetry = i == 0 && chain_.constant_diagonal;
      const int most = wanted_end(family);
      const auto above = static_cast<int>(a.node.above);
      const auto begin = static_cast<int>(b.node.above);
      const int end = at_symmetry || above > most ? most : above;
      const bool wanted = matters(a) || matters(b) || may_matter(samples, a.node.lambda, b.node.lambda);
      memory_.first[item] = begin;
      memory_.candidates[item] = wanted && end > begin ? end - begin : 0;
    });
    alone(team_, [&] {
      std::int32_t* const counters = memory_.counters;  // even pairs, pairs
      std::int32_t place = 0;
      for (int item = 0; item < families_ * intervals; ++item) {
        const std::int32_t own = memory_.candidates[item];
        memory_.candidates[item] = place;
        place += own;
        if ((item + 1) % intervals == 0) {
          const int family = item / intervals;
          if (zero_order(family) >= 0) place = add_zero(family, place, pairs);
          counters[family] = place;
        }
      }
      counters[2] = place;
    });
    pairs.even = memory_.counters[0];
    pairs.count = memory_.counters[2];
    if (pairs.count > pairs.capacity || pairs.count == 0) return false;
    share(team_, families_ * intervals, [&](int item) {
      const int family = item / intervals;
      const int i = item % intervals;
      const std::int32_t begin = memory_.candidates[item];
      const int next = item + 1;
      const bool last = next % intervals == 0;
      const std::int32_t zero = last && zero_order(family) >= 0 ? 1 : 0;
      const std::int32_t end = last ? memory_.counters[family] - zero : memory_.candidates[next];
      for (std::int32_t place = begin; place < end; ++place) {
        const int order = memory_.first[item] + (end - 1 - place);
        const Isolation isolation = isolate_between(node(family, i).node, node(family, i + 1).node, order);
        const int own = bond(isolation.lambda);
        pairs.bond[place] = static_cast<std::int32_t>(own);
        memory_.states[place] = isolation.refinement(own);
        memory_.order[place] = static_cast<std::int32_t>(order);
      }
    });
    return true;
  }

  QBATT_HD std::int32_t add_zero(int family, std::int32_t place, TeamPairs& pairs) const {
    if (place < pairs.capacity) {
      memory_.states[place] = {0.0, 0.0, 0.0, 0.0, {0.0, 0.0, 0.0}, false, true};
      memory_.order[place] = static_cast<std::int32_t>(zero_order(family));
      pairs.bond[place] = static_cast<std::int32_t>(bond(0.0));
    }
    return place + 1;
  }

  QBATT_HD QBATT_INLINE void refine_all(TeamPairs& pairs) {
    constexpr int most_refinements = 80;
    for (int pass = 0; pass < most_refinements; ++pass) {
      alone(team_, [&] {
        std::int32_t active = 0;
        for (int j = 0; j < pairs.count; ++j)
          if (!memory_.states[j].done) memory_.active[active++] = static_cast<std::int32_t>(j);
        memory_.counters[3] = active;
      });
      const int active = memory_.counters[3];
      if (active == 0) break;
      share(team_, active, [&](int i) {
        const int j = memory_.active[i];
        memory_.targets.lambda[i] = memory_.states[j].lambda;
        memory_.targets.parity[i] = pairs.parity(j);
        memory_.targets.bond[i] = pairs.bond[j];
      });
      shots_.template shoot<false>(memory_.targets, active);
      share(team_, active, [&](int i) {
        const int j = memory_.active[i];
        refine(memory_.states[j], match_of(memory_.targets.values(i), offdiag(chain_.model, static_cast<double>(pairs.bond[j]))),
               memory_.order[j]);
      });
    }
  }

  /// What the pairs are worth, and how their vectors begin.
  QBATT_HD QBATT_INLINE void measure(TeamPairs& pairs, PairsFound& found) {
    share(team_, pairs.count, [&](int j) {
      pairs.lambda[j] = memory_.states[j].lambda;
      memory_.targets.lambda[j] = pairs.lambda[j];
      memory_.targets.parity[j] = pairs.parity(j);
      memory_.targets.bond[j] = pairs.bond[j];
    });
    shots_.template shoot<true>(memory_.targets, pairs.count);
    ShotCertificate own{.constant_diagonal = chain_.constant_diagonal, .fused = fuses()};
    double represented = 0.0;
    for (int j = team_.rank(); j < pairs.count; j += team_.threads()) {
      const BondValues values = memory_.targets.values(j);
      const Match m = match_of(values, offdiag(chain_.model, static_cast<double>(pairs.bond[j])));
      const double scale = 1.0 / (chain_.multiplicity() * m.norm);
      pairs.weight[j] = weight(values, m);
      pairs.down_factor[j] = scale * m.join;
      pairs.down_exponent[j] = -values.down_scale - values.up_scale;
      // A residual on the middle level of a folded chain is felt from both sides.
      own.add({pairs.copies(chain_, j) * sqrt(pairs.weight[j]), m.mismatch * sqrt(chain_.multiplicity()), sqrt(m.bound / m.norm),
               pairs.lambda[j]});
      represented += pairs.copies(chain_, j);
    }
    team_.barrier();
    double sums[5] = {own.coefficient_sum, own.defect_rate, own.rounding_rate, own.by_pairs, represented};
    team_.sums(sums);
    const ShotCertificate all{chain_.constant_diagonal, fuses(), sums[0], sums[1], sums[2], sums[3]};
    found.all = true;
    found.certificate = all.certificate(static_cast<double>(pairs.count), plan_.matrix_bound);
    found.represented = sums[4];
    found.bandwidth = bandwidth(pairs);
  }

  /// energy_bandwidth(): the farthest eigenvalues are left out one after the other as long as they carry little. What is left
  /// reaches as far as the nearest of those before which little was left out.
  QBATT_HD double bandwidth(const TeamPairs& pairs) {
    const auto carried = [&](int j) { return pairs.copies(chain_, j) * pairs.weight[j] * pairs.lambda[j] * pairs.lambda[j]; };
    double reach = HUGE_VAL;
    for (int j = team_.rank(); j < pairs.count; j += team_.threads()) {
      const double own = fabs(pairs.lambda[j]);
      double outside = 0.0;
      for (int i = 0; i < pairs.count; ++i) {
        const double other = fabs(pairs.lambda[i]);
        if (other > own || (other == own && i < j)) outside += carried(i);
      }
      if (outside <= bandwidth_tail) reach = fmin(reach, own);
    }
    return 2.0 * fmax(1.0, team_.smallest(reach));
  }

  Team& team_;
  Chain chain_;
  TeamPlan plan_;
  TeamSemiclassics<Team>& semiclassics_;
  PairSearchMemory memory_;
  TeamShots<Team> shots_;
  int families_;
  int room_;
  int bond_for_any_;
  int nodes_ = 0;
};

}  // namespace qbatt::kernels::inline QBATT_TARGET
