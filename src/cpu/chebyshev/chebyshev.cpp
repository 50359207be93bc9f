#include "cpu/chebyshev/chebyshev.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <map>
#include <vector>

#include "chain/chebyshev_path.hpp"
#include "cpu/chebyshev/chebyshev_task.hpp"
#include "cpu/isa/isa.hpp"
#include "cpu/workers.hpp"
#include "kernels/observe.hpp"
#include "model/numerical_error.hpp"
#include "model/stop.hpp"

namespace qbatt::cpu {
namespace {

/// A real vector over levels with room around for the kernels.
class LevelArray {
public:
  explicit LevelArray(index levels) : values_(static_cast<std::size_t>(levels + 2 * chebyshev_margin), 0.0) {}
  [[nodiscard]] double* data() { return values_.data() + chebyshev_margin; }
  [[nodiscard]] const double* data() const { return values_.data() + chebyshev_margin; }

private:
  std::vector<double> values_;
};

/// psi on the first levels: (re + i im) exp(-i angle), or phi_k = i^k psi_k in re where the diagonal is constant.
struct ChebyshevState {
  LevelArray re;
  LevelArray im;
  bool real = false;  ///< im is zero
  double angle = 0;

  explicit ChebyshevState(index levels) : re(levels), im(levels) {}
};

class ChebyshevStates final : public OneChain {
public:
  ChebyshevStates(const LevelChain& chain, std::stop_token stop, double work_limit)
      : OneChain(chain), path_(chain, kernel_set().fused), stop_(std::move(stop)), work_limit_(work_limit) {
    bandwidth_ = path_.bandwidth();
    ChebyshevState start(1);
    start.re.data()[0] = 1.0;
    start.real = true;
    states_.emplace(0, Kept{std::move(start), never});
  }

  [[nodiscard]] std::int64_t pairs(std::size_t /*place*/) const override { return 0; }
  [[nodiscard]] double pair_defect(std::size_t /*place*/, double /*t*/) const override { return 0.0; }
  [[nodiscard]] double error_bound(std::size_t /*place*/, double t) const override { return path_.error_bound(t); }

  [[nodiscard]] double phase_error(std::size_t /*place*/, double t) const override { return path_.phase_error(t); }

  void evaluate(const Sampling& sampling) override {
    const std::span<const double> times = sampling.t;
    double* const populations = populations_of(sampling);
    std::complex<double>* const amplitudes = amplitudes_of(sampling);
    ++call_;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < times.size(); ++i)
      if (std::isfinite(times[i]))
        order.push_back(i);
      else
        report_nothing(sampling.reports[i], populations == nullptr ? nullptr : populations + i * dim());
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return times[i]; });
    if (!order.empty() && !path_.reaches(times[order.back()]))
      throw NumericalError(Failure::steps, "the Chebyshev expansion cannot proceed: its steps are below the rounding of the time");
    for (std::size_t done = 0; done < order.size();) {
      const std::size_t j = path_.leg_of(times[order[done]]);
      std::size_t count = 0;
      while (done + count < order.size() && count < outputs_at_once && times[order[done + count]] <= legs()[j].end()) ++count;
      const bool go_on = done + count < order.size() && times[order[done + count]] > legs()[j].end() && j + 1 == legs().size();
      std::vector<double> lengths(count);
      for (std::size_t i = 0; i < count; ++i) lengths[i] = times[order[done + i]] - legs()[j].begin;
      std::vector<ChebyshevState> states = cross(j, lengths, go_on);
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = order[done + i];
        sampling.reports[at] =
            observe(states[i], legs()[j].levels, sampling.detail, populations == nullptr ? nullptr : populations + at * dim());
        if (amplitudes != nullptr) copy_amplitudes(states[i], legs()[j].levels, amplitudes + at * dim());
      }
      done += count;
    }
    forget_states();
  }

private:
  static constexpr std::size_t outputs_at_once = 16;
  static constexpr std::int64_t never = -1;

  /// A state at the beginning of a leg and the call that last wanted a time from there.
  struct Kept {
    ChebyshevState state;
    std::int64_t used;
  };

  [[nodiscard]] const ChebyshevLevels& chain() const { return path_.chain(); }
  [[nodiscard]] const std::vector<ChebyshevLeg>& legs() const { return path_.legs(); }
  [[nodiscard]] std::size_t dim() const { return static_cast<std::size_t>(chain().dim()); }

  /// 2 X of a leg.
  struct ScaledMatrix {
    LevelArray coupling;
    LevelArray center;

    ScaledMatrix(const ChebyshevLevels& chain, const ChebyshevLeg& leg) : coupling(leg.levels), center(leg.levels) {
      const double scale = 2.0 / leg.range.half_width;
      for (index k = 0; k < leg.levels; ++k) {
        const auto i = static_cast<std::size_t>(k);
        coupling.data()[k] = k > 0 ? chain.offdiag()[i - 1] * scale : 0.0;
        center.data()[k] = (chain.diag()[i] - leg.range.center) * scale;
      }
    }
  };

  /// The states at the given times after the beginning of leg j, ascending. `to_end`: the state at its end is kept too, and the
  /// next leg planned where it is not known yet.
  std::vector<ChebyshevState> cross(std::size_t j, const std::vector<double>& lengths, bool to_end) {
    const ChebyshevLeg leg = legs()[j];
    Kept& start = state_at(j);
    if (!lengths.empty()) start.used = call_;
    std::vector<double> times = lengths;
    if (to_end) times.push_back(leg.end() - leg.begin);
    std::vector<ChebyshevState> states;
    std::vector<ChebyshevSeries> series;
    std::vector<ChebyshevOutput> outputs;
    for (const double s : times) {
      series.push_back(ChebyshevPath::series(leg, s));
      states.emplace_back(leg.levels).angle = start.state.angle + leg.range.center * s;
      outputs.push_back({series.back().order, series.back().factors.data(), states.back().re.data(), states.back().im.data()});
    }
    expand(leg, start.state, outputs);
    if (to_end) {
      keep_end(j, std::move(states.back()));
      states.pop_back();
    }
    return states;
  }

  void expand(const ChebyshevLeg& leg, const ChebyshevState& start, const std::vector<ChebyshevOutput>& outputs) {
    const int vectors = chain().constant_diagonal() || start.real ? 1 : 2;
    work_ += static_cast<double>(outputs.back().order + 1) * static_cast<double>(leg.levels) * vectors;
    if (work_ > work_limit_) throw NumericalError(Failure::work, "the Chebyshev expansion takes more work than it is worth");
    const ScaledMatrix matrix(chain(), leg);
    std::vector<LevelArray> scratch(4, LevelArray(leg.levels));
    std::copy_n(start.re.data(), leg.support, scratch[0].data());
    if (vectors == 2) std::copy_n(start.im.data(), leg.support, scratch[1].data());
    kernel_set().run_chebyshev({.levels = leg.levels,
                                .support = leg.support,
                                .constant_diagonal = chain().constant_diagonal(),
                                .coupling = matrix.coupling.data(),
                                .center = matrix.center.data(),
                                .vectors = vectors,
                                .here = {scratch[0].data(), scratch[1].data()},
                                .previous = {scratch[2].data(), scratch[3].data()},
                                .outputs = static_cast<int>(outputs.size()),
                                .output = outputs.data(),
                                .stop = watch(stop_)});
    throw_if_stopped(stop_);
  }

  void keep_end(std::size_t j, ChebyshevState state) {
    if (j + 1 == legs().size()) path_.add_leg(support_of(state, legs()[j].levels));
    states_.insert_or_assign(j + 1, Kept{std::move(state), never});
    if (j != 0 && states_.at(j).used < call_ - 1) states_.erase(j);
  }

  /// Levels to keep of a state: beyond them lies less than support_tail.
  static index support_of(const ChebyshevState& state, index levels) {
    double outside = 0.0;
    index k = levels;
    while (k > 1) {
      outside += population(state, k - 1);
      if (outside > ChebyshevPath::support_tail * ChebyshevPath::support_tail) break;
      --k;
    }
    return k;
  }

  static double population(const ChebyshevState& state, index k) {
    const double re = state.re.data()[k];
    const double im = state.im.data()[k];
    return re * re + im * im;
  }

  /// The state where leg j begins, computed again from the last one kept before it where it was forgotten.
  Kept& state_at(std::size_t j) {
    for (std::size_t i = std::prev(states_.upper_bound(j))->first; i < j; ++i) cross(i, {}, true);
    return states_.at(j);
  }

  /// Keeps the start, the newest, where the way goes on, and what this call and the one before it wanted times from: searches step
  /// back that far.
  void forget_states() {
    const std::size_t newest = states_.rbegin()->first;
    std::erase_if(states_,
                  [&](const auto& entry) { return entry.first != 0 && entry.first != newest && entry.second.used < call_ - 1; });
  }

  void report_nothing(StateReport& report, double* populations) const {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    report.sums = {nan, nan, nan, nan, nan, nan, nan, nan, nan};
    report.passive_level = report.last_population = nan;
    if (populations != nullptr) std::fill_n(populations, dim(), nan);
  }

  [[nodiscard]] kernels::AmplitudeBlock block_of(const ChebyshevState& state, index levels) const {
    return {.first = 0,
            .step = 1,
            .rows = static_cast<int>(levels),
            .halo = false,
            .re = state.re.data(),
            .im = chain().constant_diagonal() ? nullptr : state.im.data(),
            .offdiag = chain().offdiag().data(),
            .diag = chain().diag().data()};
  }

  /// Of a state that was observed.
  void copy_amplitudes(const ChebyshevState& state, index levels, std::complex<double>* amplitudes) const {
    std::fill_n(amplitudes, dim(), 0.0);
    const kernels::AmplitudeBlock block = block_of(state, levels);
    const std::complex<double> phase = std::polar(1.0, -state.angle);
    for (int row = 0; row < block.rows; ++row) {
      const kernels::Amplitude a = kernels::amplitude(block, row);
      amplitudes[row] = phase * std::complex(a.re, a.im);
    }
  }

  StateReport observe(ChebyshevState& state, index levels, Detail detail, double* populations) {
    if (chain().constant_diagonal()) {
      // From i^k psi_k to what AmplitudeBlock holds: the signs + + - - over k.
      for (index k = 0; k < levels; ++k) state.re.data()[k] = (k & 2) != 0 ? -state.re.data()[k] : state.re.data()[k];
    }
    const kernels::AmplitudeBlock block = block_of(state, levels);
    StateReport report;
    kernels::observe_slopes(block, report.sums);
    if (detail != Detail::slopes) {
      std::vector<double> significant(static_cast<std::size_t>(levels));
      const double negligible = kernels::negligible_population(chain().dim());
      significant.resize(
          static_cast<std::size_t>(kernels::observe_populations(block, report.sums, negligible, significant.data())));
      report.passive_level = passive_level(significant);
      report.last_population = levels == chain().dim() ? kernels::population(block, block.rows - 1) : 0.0;
    }
    if (populations != nullptr) {
      std::fill_n(populations, dim(), 0.0);
      for (int row = 0; row < block.rows; ++row) populations[row] = kernels::population(block, row);
    }
    return report;
  }

  ChebyshevPath path_;
  std::stop_token stop_;
  double work_limit_;
  double work_ = 0;  ///< levels times orders so far
  std::int64_t call_ = 0;
  std::map<std::size_t, Kept> states_;  // by leg
};

}  // namespace

std::unique_ptr<OneChain> make_chebyshev_states(const LevelChain& chain, const std::stop_token& stop, double work_limit) {
  return std::make_unique<ChebyshevStates>(chain, stop, work_limit);
}

}  // namespace qbatt::cpu
