#pragma once

#include "cpu/isa/isa.hpp"
#include "cpu/isa/pack.hpp"
#include "kernels/certificate.hpp"
#include "kernels/implicit_ql.hpp"
#include "kernels/observe.hpp"

// Small systems, one a lane. Included only by isa_kernels.cpp.
namespace qbatt::cpu::inline QBATT_TARGET {

/// Rotations wait for a square root and a division: two registers of systems at once.
inline constexpr int small_registers = 2;
inline constexpr int small_lanes = small_registers * native_width;

/// All eigenpairs with their residuals, and what the vectors leave of e_0.
class SmallDiagonalizer {
public:
  explicit SmallDiagonalizer(const SmallPairs& pairs) : pairs_(pairs) {}

  void run() {
    const SmallChains& chains = *pairs_.chains;
    const index dim = chains.dim;
    for (index e = 0; e < dim * small_lanes; ++e) {
      pairs_.lambda[e] = chains.diag[e];
      pairs_.scratch[e] = chains.offdiag[e];
    }
    for (index e = 0; e < dim * dim * small_lanes; ++e) pairs_.vectors[e] = 0.0;
    for (index k = 0; k < dim; ++k) Lanes(1.0).store(vector(k) + k * small_lanes);
    const kernels::TridiagonalLanes matrices{static_cast<int>(dim), small_lanes, pairs_.lambda, pairs_.scratch, pairs_.vectors};
    kernels::ImplicitQl<Lanes>(matrices).run().store(pairs_.converged);
    measure_residuals();
    measure_start_defect();
  }

private:
  using Lanes = Pack<small_registers>;

  [[nodiscard]] double* vector(index pair) const { return pairs_.vectors + pair * pairs_.chains->dim * small_lanes; }

  void measure_residuals() const {
    const SmallChains& chains = *pairs_.chains;
    const kernels::TridiagonalView h{chains.dim, chains.diag, chains.diag_size, chains.offdiag, small_lanes};
    for (index j = 0; j < chains.dim; ++j) {
      const auto residual = kernels::pair_residual(h, vector(j), small_lanes, Lanes::load(pairs_.lambda + j * small_lanes));
      residual.measured.store(pairs_.residual + j * small_lanes);
      residual.rounding.store(pairs_.residual_rounding + j * small_lanes);
    }
  }

  void measure_start_defect() const {
    const index dim = pairs_.chains->dim;
    Lanes sum(0.0);
    for (index k = 0; k < dim; ++k) {
      Lanes psi(k == 0 ? -1.0 : 0.0);
      for (index j = 0; j < dim; ++j) psi = mul_add(Lanes::load(vector(j)), Lanes::load(vector(j) + k * small_lanes), psi);
      sum = mul_add(psi, psi, sum);
    }
    root(sum).store(pairs_.start_defect);
  }

  const SmallPairs& pairs_;
};

/// The states of one native vector of systems at the times of their own, and what is observed in them.
class SmallObserver {
public:
  SmallObserver(const SmallStates& states, index first_lane)
      : states_(states),
        chains_(*states.pairs->chains),
        dim_(chains_.dim),
        lane_(first_lane),
        factors_(states.scratch),
        turns_(factors_ + dim_ * channels * native_width),
        amplitudes_(turns_ + dim_ * 2 * native_width),
        populations_(amplitudes_ + (dim_ + level_tile) * channels * native_width) {}

  static std::size_t scratch_size(index dim) {
    return static_cast<std::size_t>(((2 * dim + level_tile) * channels + 3 * dim) * native_width);
  }

  void run() {
    for (index t = 0; t < states_.times; t += times_at_once) {
      if (t > 0 && states_.uniform)
        turn_phases();
      else
        set_phases(t);
      sum_pairs();
      for (index i = 0; i < times_at_once && t + i < states_.times; ++i) observe(i, t + i);
    }
  }

private:
  using Lane = Pack<1>;
  static constexpr index times_at_once = 2;
  static constexpr index channels = 2 * times_at_once;  // real and imaginary parts
#if defined(__AVX512F__)
  static constexpr int level_tile = 4;  // sums of a tile stay in registers
#else
  static constexpr int level_tile = 2;
#endif

  /// Entry e of an array of the group.
  [[nodiscard]] Lane of_group(const double* array, index entry) const {
    return Lane::load(array + entry * small_lanes + lane_);
  }
  /// Entry e of an array of this observer.
  static Lane own(const double* array, index entry) {
    return Lane::load(array + entry * native_width);
  }

  /// c_j cos(lambda_j t) and -c_j sin(lambda_j t) as [pair][channel].
  void set_phases(index first_time) {
    for (index i = 0; i < times_at_once; ++i) {
      const Lane t = of_group(states_.time, first_time + i < states_.times ? first_time + i : states_.times - 1);
      for (index j = 0; j < dim_; ++j) {
        const auto phase = kernels::sine_cosine(of_group(states_.pairs->lambda, j) * t);
        const Lane c = of_group(states_.pairs->vectors, j * dim_);
        double* const at = factors_ + (j * channels + 2 * i) * native_width;
        (c * phase.cosine).store(at);
        (Lane(0.0) - c * phase.sine).store(at + native_width);
      }
    }
    if (first_time == 0 && states_.uniform && states_.times > times_at_once) set_turns();
  }

  /// exp(-i lambda_j s), where s is what lies between a time and the next but times_at_once.
  void set_turns() {
    const index steps = (states_.times - 1) / times_at_once;
    const Lane span = of_group(states_.time, steps * times_at_once) - of_group(states_.time, 0);
    const Lane step = span * Lane(1.0 / static_cast<double>(steps));
    for (index j = 0; j < dim_; ++j) {
      const auto turn = kernels::sine_cosine(of_group(states_.pairs->lambda, j) * step);
      turn.cosine.store(turns_ + 2 * j * native_width);
      turn.sine.store(turns_ + (2 * j + 1) * native_width);
    }
  }

  void turn_phases() {
    for (index j = 0; j < dim_; ++j) {
      const Lane cosine = own(turns_, 2 * j);
      const Lane sine = own(turns_, 2 * j + 1);
      for (index i = 0; i < times_at_once; ++i) {
        double* const at = factors_ + (j * channels + 2 * i) * native_width;
        const Lane re = Lane::load(at);
        const Lane im = Lane::load(at + native_width);
        mul_add(re, cosine, im * sine).store(at);
        subtract_product(re, sine, im * cosine).store(at + native_width);
      }
    }
  }

  void sum_pairs() {
    index level = 0;
    for (; level + level_tile <= dim_; level += level_tile) sum_tile<level_tile>(level);
    for (; level < dim_; ++level) sum_tile<1>(level);
  }

  template <int levels>
  QBATT_INLINE void sum_tile(index first) {
    NativeVector sums[levels][channels] = {};
    for (index j = 0; j < dim_; ++j) {
      const double* const vector = states_.pairs->vectors + (j * dim_ + first) * small_lanes + lane_;
      const double* const factor = factors_ + j * channels * native_width;
#pragma GCC unroll 4
      for (index k = 0; k < levels; ++k) {
        const NativeVector v = Lane::load(vector + k * small_lanes).v.first;
#pragma GCC unroll 4
        for (index i = 0; i < channels; ++i)
          sums[k][i] = native_mul_add(v, Lane::load(factor + i * native_width).v.first, sums[k][i]);
      }
    }
#pragma GCC unroll 4
    for (index k = 0; k < levels; ++k) {
#pragma GCC unroll 4
      for (index i = 0; i < channels; ++i)
        __builtin_memcpy(amplitudes_ + ((first + k) * channels + i) * native_width, &sums[k][i], sizeof(NativeVector));
    }
  }

  [[nodiscard]] Lane re(index level, index i) const {
    return own(amplitudes_, level * channels + 2 * i);
  }
  [[nodiscard]] Lane im(index level, index i) const {
    return own(amplitudes_, level * channels + 2 * i + 1);
  }

  void put(std::size_t number, index time, const Lane& value) const {
    value.store(states_.values + (static_cast<index>(number) * states_.times + time) * small_lanes + lane_);
  }

  void observe(index i, index time) {
    if (states_.detail != SmallStates::populations_only) observe_current(i, time);
    if (states_.detail == SmallStates::slopes) return;
    observe_populations(i, time);
    if (states_.amplitudes != nullptr) put_amplitudes(i, time);
    if (states_.populations != nullptr)
      for (index k = 0; k < dim_; ++k) own(populations_, k).store(states_.populations + (time * dim_ + k) * small_lanes + lane_);
    if (states_.detail == SmallStates::observables) observe_passive_level(time);
  }

  void put_amplitudes(index i, index time) const {
    for (index k = 0; k < dim_; ++k) {
      double* const at = states_.amplitudes + 2 * (time * dim_ + k) * small_lanes + lane_;
      re(k, i).store(at);
      im(k, i).store(at + small_lanes);
    }
  }

  void observe_current(index i, index time) const {
    kernels::CurrentLanes<Lane> current;
    for (index k = 0; k + 1 < dim_; ++k) {
      const Lane diag_step = of_group(chains_.diag, k + 1) - of_group(chains_.diag, k);
      current.add_complex(of_group(chains_.offdiag, k), diag_step, re(k, i), im(k, i), re(k + 1, i), im(k + 1, i));
    }
    put(QBATT_REPORT_NUMBER(sums.flow), time, current.flow + current.flow);
    put(QBATT_REPORT_NUMBER(sums.flow_change), time, current.flow_change + current.flow_change);
  }

  void observe_populations(index i, index time) {
    const bool roots = states_.detail != SmallStates::populations_only;
    Lane norm(0.0);
    Lane first_moment(0.0);
    kernels::InformationLanes<Lane> information;
    for (index k = 0; k < dim_; ++k) {
      const Lane p = mul_add(re(k, i), re(k, i), im(k, i) * im(k, i));
      p.store(populations_ + k * native_width);
      norm = norm + p;
      first_moment = mul_add(Lane(static_cast<double>(k)), p, first_moment);
      information.add_entropy(p);
      if (roots) information.add_root(p);
    }
    const Lane mean = first_moment / norm;
    Lane spread(0.0);
    for (index k = 0; k < dim_; ++k) {
      const Lane distance = Lane(static_cast<double>(k)) - mean;
      spread = mul_add(distance * distance, own(populations_, k), spread);
    }
    put(QBATT_REPORT_NUMBER(sums.norm), time, norm);
    put(QBATT_REPORT_NUMBER(sums.mean), time, mean);
    put(QBATT_REPORT_NUMBER(sums.spread), time, spread);
    put(QBATT_REPORT_NUMBER(sums.entropy), time, information.entropy);
    put(QBATT_REPORT_NUMBER(sums.purity), time, information.purity);
    put(QBATT_REPORT_NUMBER(sums.root_sum), time, information.root_sum);
    put(QBATT_REPORT_NUMBER(sums.largest), time, information.largest);
    put(QBATT_REPORT_NUMBER(last_population), time, own(populations_, dim_ - 1));
  }

  void observe_passive_level(index time) {
    kernels::sort_descending<Lane>(populations_, dim_, native_width);
    Lane sum(0.0);
    for (index k = dim_; k-- > 0;)  // smallest terms first
      sum = mul_add(Lane(static_cast<double>(k)), own(populations_, k), sum);
    put(QBATT_REPORT_NUMBER(passive_level), time, sum);
  }

  const SmallStates& states_;
  const SmallChains& chains_;
  index dim_;
  index lane_;
  double* factors_;      // [pair][channel]
  double* turns_;        // [pair] cosine and sine
  double* amplitudes_;   // [level][channel]
  double* populations_;  // [level]
};

}  // namespace qbatt::cpu::inline QBATT_TARGET
