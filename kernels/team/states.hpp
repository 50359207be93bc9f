#pragma once

#include "kernels/observe.hpp"
#include "kernels/state_report.hpp"
#include "kernels/team/gram.hpp"

// States of a chain at some times and what is seen of them, by a team: the vectors come tile by tile, are summed with the phase
// factors, and the amplitudes of a tile are taken into sums that stay with the team.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Sine and cosine of any angle.
QBATT_HD inline SineCosine<double> phase(double angle) {
  if (fabs(angle) <= largest_angle) return sine_cosine(angle);
  return {sin(angle), cos(angle)};
}

/// Where what is wanted of the levels of states goes.
struct LevelOutput {
  LevelValues values = LevelValues::none;
  double* first = nullptr;  ///< [time][level] of one number each, or of re and im
  index levels = 0;         ///< from one time to the next

  [[nodiscard]] QBATT_HD double* at(index time, index level) const {
    return first + (time * levels + level) * (values == LevelValues::amplitudes ? 2 : 1);
  }
};

template <class Team>
class TeamStates {
public:
  /// Levels whose sums one thread forms, before they are merged: at most so many, fewer where there are few times.
  static constexpr int longest_strip = 8;
  QBATT_HD static int strip_for(int times) {
    int strip = 1;
    while (strip < times && strip < longest_strip) strip *= 2;
    return strip;
  }

  /// Room for `times` times at once, with all observables where `ranked`.
  QBATT_HD TeamStates(Team& team, const Chain& chain, const Tiling& tiling, const TeamPairs& pairs, TeamVectors<Team>& vectors,
                      int times, bool ranked, Arena& arena)
      : team_(team),
        chain_(chain),
        tiling_(tiling),
        pairs_(pairs),
        vectors_(vectors),
        sides_(chain.folded ? 2 : 1),
        tile_(arena, tiling.length, pitch(chain, pairs.capacity)),
        factors_(arena.take<double>(factors(chain, times, pairs.capacity))),
        amplitudes_(arena.take<double>(sides_ * (tiling.length + 1) * 2 * times)),
        sums_(arena.take<StateSums>(sums(tiling, sides_, times))),
        ranked_(arena.take<double>(ranked ? times * dim_of(chain) : 0)) {}

  /// Bytes of all that, at most.
  QBATT_HD static std::size_t bytes(const Chain& chain, const Tiling& tiling, int pairs, int times, bool ranked) {
    const int sides = chain.folded ? 2 : 1;
    Arena arena = Arena::measure();
    const VectorTile tile(arena, tiling.length, pitch(chain, pairs));
    arena.take<double>(factors(chain, times, pairs));
    arena.take<double>(sides * (tiling.length + 1) * 2 * times);
    arena.take<StateSums>(sums(tiling, sides, times));
    arena.take<double>(ranked ? times * dim_of(chain) : 0);
    return arena.taken();
  }

  /// Sums of all strips, sides and times at once, times being at most as many and strips as short as strip_for() says.
  QBATT_HD static int sums(const Tiling& tiling, int sides, int times) {
    return (tiling.length + longest_strip - 1) / longest_strip * longest_strip * sides *
           ((times + longest_strip - 1) / longest_strip);
  }

  /// Reports of the states at times t[0 ... times - 1], both in memory that all threads see, and what is wanted of their levels. At
  /// most as many times as there is room for. `with_defect`: t[0] is 0, and start_defect() is wanted. `strip`: levels summed by one
  /// thread, strip_for(times) or longest_strip.
  QBATT_HD QBATT_INLINE void evaluate(const double* t, int times, Detail detail, StateReport* reports, const LevelOutput& levels,
                                      bool with_defect, int strip) {
    strip_ = strip;
    strips_ = (tiling_.length + strip - 1) / strip;
    begin(t, times, detail, reports, levels);
    for (int tile = 0; tile < tiling_.count(); ++tile) {
      if (!(held_ && tiling_.count() == 1)) vectors_.generate(tile, nullptr, pairs_.count, false, tile_);
      held_ = true;
      add_amplitudes();
      observe();
      if (with_defect) add_defect();
      carry();
    }
    finish(reports);
  }

  /// || sum_j c_j v_j - e_0 ||
  [[nodiscard]] QBATT_HD double start_defect() const { return sqrt(defect_square_); }

private:
  [[nodiscard]] QBATT_HD bool real() const { return chain_.constant_diagonal; }
  [[nodiscard]] QBATT_HD int columns() const { return columns(chain_, times_); }
  [[nodiscard]] QBATT_HD static int columns(const Chain& chain, int times) { return chain.constant_diagonal ? times : 2 * times; }

  /// From one level of the tile to the next, and from one pair's factors to the next: so that the threads of a warp that read at
  /// once meet different banks, be they levels side by side or, where tensor cores multiply, four pairs of eight levels or columns.
  [[nodiscard]] QBATT_HD static int pitch(const Chain& chain, int pairs) {
    if (!Team::tensor) return pairs | 1;
    return chain.constant_diagonal ? (pairs + 5) / 8 * 8 + 2 : (pairs + 11) / 16 * 16 + 4;
  }
  [[nodiscard]] QBATT_HD static int factor_pitch(int columns) {
    if (!Team::tensor) return columns;
    return columns <= 4 ? 4 : columns + 4;
  }
  /// Room for those of so many pairs.
  [[nodiscard]] QBATT_HD static int factors(const Chain& chain, int times, int pairs) {
    return (chain.constant_diagonal ? 2 : 1) * factor_pitch(columns(chain, times)) * pairs;
  }

  /// [table][pair][column]: where the diagonal is constant, the cosines that even levels move with and the sines of the odd ones;
  /// else real and imaginary parts.
  [[nodiscard]] QBATT_HD double* factors(int table, int j) const {
    return factors_ + (table * pairs_.count + j) * factor_pitch(columns());
  }

  /// [side][row][column], row 0 being the level before the tile; see AmplitudeBlock where the diagonal is constant.
  [[nodiscard]] QBATT_HD double* amplitudes(int side, int row) const {
    return amplitudes_ + (side * (tiling_.length + 1) + row) * columns();
  }

  QBATT_HD void begin(const double* t, int times, Detail detail, StateReport* reports, const LevelOutput& levels) {
    times_ = times;
    output_ = levels;
    detail_ = detail;
    reports_ = reports;
    defect_square_ = 0.0;
    for (int item = team_.rank(); item < pairs_.count * times; item += team_.threads()) {
      const int j = item / times;
      const int time = item % times;
      const SineCosine<double> p = phase(pairs_.lambda[j] * t[time]);
      const double copies = pairs_.copies(chain_, j);
      factors(0, j)[time] = copies * p.cosine;
      if (real())
        factors(1, j)[time] = copies * p.sine;
      else
        factors(0, j)[times + time] = -copies * p.sine;
    }
    share(team_, strips_ * sides_ * times, [&](int i) { sums_[i] = StateSums{}; });
  }

  /// acc[g] += sum over pairs begin ... end - 1 of the vector's entry times column g.
  template <int group>
  QBATT_HD void add_products(const double* row, int table, int column, int begin, int end, double (&sum)[group]) const {
    const int stride = factor_pitch(columns());
    const double* factor = factors(table, begin) + column;
    const double* vector = row + begin;
    for (int left = end - begin; left > 0; --left, factor += stride) {
      const double v = *vector++;
      QBATT_UNROLL
      for (int g = 0; g < group; ++g) sum[g] = mul_add(v, factor[g], sum[g]);
    }
  }

  QBATT_HD void add_amplitudes() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    if constexpr (Team::tensor) {
      add_amplitudes_by_warps();
      return;
    }
#endif
    if (columns() % 4 == 0)
      add_amplitudes_by<4>();
    else if (columns() % 2 == 0)
      add_amplitudes_by<2>();
    else
      add_amplitudes_by<1>();
  }

  /// Items: (group of columns, level).
  template <int group>
  QBATT_HD void add_amplitudes_by() {
    const int levels = vectors_.levels().count();
    const int groups = columns() / group;
    share(team_, groups * levels, [&](int item) {
      const auto i = item % levels;
      const int column = item / levels * group;
      const int k = vectors_.levels().first() + i;
      const double* const row = &tile_.at(i, 0);
      const int table = real() ? k % 2 : 0;
      double even[group] = {};
      double odd[group] = {};
      add_products(row, table, column, 0, pairs_.even, even);
      add_products(row, table, column, pairs_.even, pairs_.count, odd);
      double* const direct = amplitudes(0, i + 1) + column;
      QBATT_UNROLL
      for (int g = 0; g < group; ++g) direct[g] = even[g] + odd[g];
      if (!chain_.folded) return;
      const int mirrored = real() ? (dim_of(chain_) - 1 - k) % 2 : 0;
      if (mirrored != table) {
        QBATT_UNROLL
        for (int g = 0; g < group; ++g) even[g] = odd[g] = 0.0;
        add_products(row, mirrored, column, 0, pairs_.even, even);
        add_products(row, mirrored, column, pairs_.even, pairs_.count, odd);
      }
      double* const mirror = amplitudes(1, i + 1) + column;
      QBATT_UNROLL
      for (int g = 0; g < group; ++g) mirror[g] = even[g] - odd[g];
    });
  }

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  /// Eight levels of a tile, which move with the same factors, by a warp's tensor cores: entry `first` and every stride-th after
  /// it.
  struct Rows {
    int first;
    int stride;
    int table;     ///< of the factors of these levels
    int mirrored;  ///< of their mirror images
  };

  /// The levels by eights, each by a warp: where the diagonal is constant even and odd ones apart. Tiles begin at even levels.
  __device__ void add_amplitudes_by_warps() {
    constexpr int side = 8;
    const int warps = team_.threads() / 32;
    const int stride = real() ? 2 : 1;
    const int eights = (vectors_.levels().count() + side * stride - 1) / (side * stride) * stride;
    for (int eight = team_.rank() / 32; eight < eights; eight += warps) {
      const int kind = eight % stride;
      const Rows rows{kind + eight / stride * side * stride, stride, kind, real() ? (dim_of(chain_) - 1 - kind) % 2 : 0};
      for (int column = 0; column < columns(); column += side) add_rows(rows, column);
    }
    team_.barrier();
  }

  __device__ void add_rows(const Rows& rows, int column) {
    const int lane = team_.rank() % 32;
    const int i = rows.first + lane / 4 * rows.stride;
    double even[2] = {};
    double odd[2] = {};
    add_pairs(i, rows.table, column, 0, pairs_.even, even);
    add_pairs(i, rows.table, column, pairs_.even, pairs_.count, odd);
    put_amplitudes(0, i, column, even[0] + odd[0], even[1] + odd[1]);
    if (!chain_.folded) return;
    if (rows.mirrored != rows.table) {
      even[0] = even[1] = odd[0] = odd[1] = 0.0;
      add_pairs(i, rows.mirrored, column, 0, pairs_.even, even);
      add_pairs(i, rows.mirrored, column, pairs_.even, pairs_.count, odd);
    }
    put_amplitudes(1, i, column, even[0] - odd[0], even[1] - odd[1]);
  }

  /// sum += over pairs begin ... end - 1 of the entries of the lane's row times the factors of eight columns: multiply_add_8x8x4().
  /// Rows and columns that there are not are taken from others, and nobody looks at what comes of them.
  __device__ void add_pairs(int i, int table, int column, int begin, int end, double (&sum)[2]) const {
    const int lane = team_.rank() % 32;
    const int row = i < vectors_.levels().count() ? i : 0;
    const int own_column = column + lane / 4 < columns() ? column + lane / 4 : 0;
    const std::ptrdiff_t step = 4 * factor_pitch(columns());
    const double* vector = &tile_.at(row, begin + lane % 4);
    const double* factor = factors(table, begin + lane % 4) + own_column;
#pragma unroll 4
    for (int fours = (end - begin) / 4; fours > 0; --fours, vector += 4, factor += step) multiply_add_8x8x4(*vector, *factor, sum);
    const int rest = (end - begin) % 4;
    if (rest == 0) return;
    const bool has_pair = lane % 4 < rest;
    multiply_add_8x8x4(has_pair ? *vector : 0.0, has_pair ? *factor : 0.0, sum);
  }

  /// What a lane holds of a product: two columns of its row.
  __device__ void put_amplitudes(int side, int i, int column, double first, double second) const {
    if (i >= vectors_.levels().count()) return;
    const int own = column + 2 * (team_.rank() % 4);
    if (own < columns()) amplitudes(side, i + 1)[own] = first;
    if (own + 1 < columns()) amplitudes(side, i + 1)[own + 1] = second;
  }
#endif

  [[nodiscard]] QBATT_HD int level(int side, int k) const {
    return side == 0 ? k : dim_of(chain_) - 1 - k;
  }

  /// What is in row `row` of a side, level k of the chain.
  [[nodiscard]] QBATT_HD Amplitude amplitude_at(int side, int row, int k, int time) const {
    const double* const a = amplitudes(side, row);
    if (!real()) return {a[time], a[times_ + time]};
    return amplitude_of_constant(k, a[time]);
  }

  /// Items: (time, side, strip of levels).
  QBATT_HD void observe() {
    const int entries = vectors_.levels().count();
    const int strips = (entries + strip_ - 1) / strip_;
    share(team_, times_ * sides_ * strips, [&](int item) {
      const int time = item % times_;
      const int side = item / times_ % sides_;
      const int s = item / (times_ * sides_);
      StateSums own{};
      observe_strip(s * strip_, entries, side, time, own);
      StateSums& sums = sums_[(s * sides_ + side) * times_ + time];
      sums = merge(sums, own);
    });
  }

  /// At the first time.
  QBATT_HD void add_defect() {
    const int entries = vectors_.levels().count();
    defect_square_ += sum_of(team_, sides_ * entries, [&](int item) {
      const int side = item / entries;
      const int k = vectors_.levels().first() + item % entries;
      if (side == 1 && level(1, k) == k) return 0.0;
      Amplitude a = amplitude_at(side, item % entries + 1, level(side, k), 0);
      if (side == 0 && k == 0) a.re -= 1.0;
      return a.re * a.re + a.im * a.im;
    });
  }

  QBATT_HD void observe_strip(int begin, int entries, int side, int time, StateSums& own) const {
    const TileLevels& levels = vectors_.levels();
    const int end = begin + strip_ < entries ? begin + strip_ : entries;
    const bool populations = detail_ != Detail::slopes;
    double first_moment = 0.0;
    double second_moment = 0.0;
    InformationLanes<double> information;
    for (int i = begin; i < end; ++i) {
      const int k = levels.first() + i;
      const int m = level(side, k);
      const Amplitude here = amplitude_at(side, i + 1, m, time);
      if (k > 0) add_bond(side, i, k, time, here, own);
      if (chain_.folded && side == 0 && k + 1 == levels_of(chain_) && !chain_.middle_level())
        add_flow(own, {levels.above(i), 0.0}, here, amplitude_at(1, i + 1, level(1, k), time));
      if (!populations || (side == 1 && m == k)) continue;
      const double p = here.re * here.re + here.im * here.im;
      const auto offset = static_cast<double>(i - begin);  // from the strip's first level: nothing cancels where all is at level 0
      own.norm += p;
      first_moment = mul_add(offset, p, first_moment);
      second_moment = mul_add(offset * offset, p, second_moment);
      if (detail_ != Detail::populations) information.add(p);
      put_level(time, m, here, p);
      if (detail_ == Detail::observables) ranked_[time * dim_of(chain_) + m] = p > negligible_population(dim_of(chain_)) ? p : 0.0;
      if (m + 1 == dim_of(chain_)) reports_[time].last_population = p;
    }
    if (own.norm > 0.0) {
      const double step = first_moment / own.norm;
      const auto first = static_cast<double>(level(side, levels.first() + begin));
      own.mean = side == 0 ? first + step : first - step;
      own.spread = fmax(0.0, second_moment - first_moment * step);
    }
    put_information(own, information);
  }

  QBATT_HD void put_level(int time, int m, const Amplitude& amplitude, double population) const {
    if (output_.values == LevelValues::populations) *output_.at(time, m) = population;
    if (output_.values != LevelValues::amplitudes) return;
    double* const at = output_.at(time, m);
    at[0] = amplitude.re;
    at[1] = amplitude.im;
  }

  QBATT_HD static void add_flow(StateSums& s, const Bond& bond, const Amplitude& lower, const Amplitude& upper) {
    kernels::add_flow(s, bond, lower.re, lower.im, upper.re, upper.im);
  }

  /// The bond between level k and the one before it in the tile's order.
  QBATT_HD void add_bond(int side, int i, int k, int time, const Amplitude& here, StateSums& own) const {
    const TileLevels& levels = vectors_.levels();
    const Amplitude before = amplitude_at(side, i, level(side, k - 1), time);
    const double diag_before = i > 0 ? levels.diag(i - 1) : diag(chain_.model, static_cast<double>(k - 1));
    const double rise = real() ? 0.0 : levels.diag(i) - diag_before;
    const double b = levels.below(i);
    if (side == 0)
      add_flow(own, {b, rise}, before, here);
    else
      add_flow(own, {b, -rise}, here, before);
  }

  /// The last level of the tile becomes row 0 of the next.
  QBATT_HD void carry() {
    const int entries = vectors_.levels().count();
    share(team_, sides_ * columns(), [&](int item) {
      const int side = item / columns();
      const int column = item % columns();
      amplitudes(side, 0)[column] = amplitudes(side, entries)[column];
    });
  }

  QBATT_HD QBATT_INLINE void finish(StateReport* reports) {
    const int parts = strips_ * sides_;
    int all = 1;
    while (all < parts) all *= 2;
    for (int half = all / 2; half > 0; half /= 2) {
      const int whole = 2 * half < parts ? 2 * half : parts;
      share(team_, (whole - half) * times_, [&](int i) { sums_[i] = merge(sums_[i], sums_[half * times_ + i]); });
    }
    share(team_, times_, [&](int time) {
      reports[time].sums = sums_[time];
      reports[time].passive_level = static_cast<double>(NAN);
      if (detail_ == Detail::slopes) reports[time].last_population = static_cast<double>(NAN);
    });
    if (detail_ == Detail::observables) rank(reports);
  }

  /// Sorts the populations of all times side by side.
  QBATT_HD void rank(StateReport* reports) {
    const int count = dim_of(chain_);
    for_merging_steps(count, [&](index p, index r, index distance) {
      const auto first = static_cast<int>(p);
      const auto apart = static_cast<int>(distance);
      for (int time = 0; time < times_; ++time) {
        double* const values = ranked_ + time * count;
        // Those i in turn of which (i & p) == r.
        for (int turn = team_.rank();; turn += team_.threads()) {
          const int i = ((turn & -first) << 1) | (turn & (first - 1)) | static_cast<int>(r);
          if (i + apart >= count) break;
          const double a = values[i];
          const double b = values[i + apart];
          values[i] = larger(a, b);
          values[i + apart] = a < b ? a : b;
        }
      }
      team_.barrier();
    });
    for (int time = 0; time < times_; ++time) {
      const double* const values = ranked_ + time * count;
      const double sum = sum_of(
          team_, count, [&](int j) { return static_cast<double>(j) * values[j]; });
      alone(team_, [&] { reports[time].passive_level = sum; });
    }
  }

  Team& team_;
  Chain chain_;
  Tiling tiling_;
  TeamPairs pairs_;
  TeamVectors<Team>& vectors_;
  int sides_;
  VectorTile tile_;
  double* factors_;
  double* amplitudes_;
  StateSums* sums_;  ///< [strip][side][time]
  double* ranked_;   ///< [time][level]
  int times_ = 0;
  int strip_ = longest_strip;
  int strips_ = 0;
  Detail detail_ = Detail::slopes;
  StateReport* reports_ = nullptr;
  LevelOutput output_;
  double defect_square_ = 0.0;
  bool held_ = false;  ///< the vectors of the only tile
};

}  // namespace qbatt::kernels::inline QBATT_TARGET
