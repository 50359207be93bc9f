#pragma once

#include "kernels/lane.hpp"
#include "kernels/state_report.hpp"

// The first t > 0 at which a function's derivative falls through zero, as a state machine: it says at which times it wants the
// derivatives next and is fed with them, so that a CPU loop and a CUDA launch can drive the same search.
namespace qbatt::kernels::inline QBATT_TARGET {

/// First and second derivative of a function at one time.
struct SlopeSample {
  double t = 0;
  double slope = 0;
  double curvature = 0;
};

/// Whose first maximum is searched: that of the energy E, or of the average power E/t.
enum class PeakOf { energy, power };

/// The energy <k> and its first two derivatives at one time, in units of 1/a_0.
struct EnergySample {
  double t = 0;
  double energy = 0;  ///< not looked at where the peak of the energy is searched
  double slope = 0;
  double curvature = 0;

  /// What falls through zero where E or E/t is largest, and its derivative: dE/dt, or t dE/dt - E = t^2 d(E/t)/dt, whose
  /// derivative is t d^2E/dt^2.
  [[nodiscard]] QBATT_HD SlopeSample slope_of(PeakOf peak_of) const {
    if (peak_of == PeakOf::energy) return {t, slope, curvature};
    return {t, t * slope - energy, t * curvature};
  }
};

/// From the state at time t, known in the detail that the search takes.
QBATT_HD inline EnergySample energy_sample(double t, const StateSums& s) {
  return {t, s.mean * s.norm, s.flow, s.flow_change};
}
QBATT_HD inline Detail detail_of_search(PeakOf peak_of) {
  return peak_of == PeakOf::energy ? Detail::slopes : Detail::sums;
}

/// The step with which a scan of dE/dt begins: it resolves the fastest oscillation that matters (see energy_bandwidth).
QBATT_HD inline double first_scan_step(double bandwidth) {
  return 1.6 / bandwidth;
}

/// The derivative of EnergySample::slope_of() at t = 0: d^2<k>/dt^2, which is 2 offdiag(0)^2, in units of a_0, or nothing.
QBATT_HD inline double curvature_at_start(PeakOf peak_of) {
  return peak_of == PeakOf::energy ? 2.0 : 0.0;
}

/// Whether a slope on the way to a peak is so small that an energy which is right to a few 1e-6 may have missed a change of sign
/// there; `largest`: of the slopes before it.
QBATT_HD inline bool may_be_a_shoulder(const SlopeSample& s, double largest, double peak) {
  constexpr double close = 1e-5;   // to zero, of the largest slope so far
  constexpr double falling = 0.5;  // of the slope is gone at the peak, as its derivative predicts: nothing but the peak itself
  return s.t < peak && s.slope < close * largest && -s.curvature * (peak - s.t) < falling * s.slope;
}

/// The cubic that matches slope and curvature at both ends of [a.t, b.t], in u = (t - a.t) / (b.t - a.t):
/// a.slope + c1 u + c2 u^2 + c3 u^3.
struct SlopeCubic {
  double c0, c1, c2, c3;

  QBATT_HD static SlopeCubic through(const SlopeSample& a, const SlopeSample& b) {
    const double h = b.t - a.t;
    const double rise = b.slope - a.slope;
    const double da = h * a.curvature;
    const double db = h * b.curvature;
    return {a.slope, da, 3.0 * rise - 2.0 * da - db, da + db - 2.0 * rise};
  }
  QBATT_HD double value(double u) const { return c0 + u * (c1 + u * (c2 + u * c3)); }
  QBATT_HD double derivative(double u) const { return c1 + u * (2.0 * c2 + 3.0 * u * c3); }
};

/// Where the cubic through two samples, positive at a.t and not at b.t, falls through zero.
QBATT_HD inline double falling_root(const SlopeSample& a, const SlopeSample& b) {
  const SlopeCubic cubic = SlopeCubic::through(a, b);
  double low = 0.0;
  double high = 1.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (cubic.value(middle) > 0.0 ? low : high) = middle;
  }
  return a.t + (b.t - a.t) * low;
}

/// The root of a slope between two times, at the first of which it is positive and at the second not: Newton's step inside the
/// bracket, bisection where it leaves it.
class SlopeRoot {
public:
  SlopeRoot() = default;
  QBATT_HD SlopeRoot(const SlopeSample& a, const SlopeSample& b) : low_(a.t), high_(b.t), root_(falling_root(a, b)) {}

  /// A root within `width` of a guess, if there is one.
  QBATT_HD static SlopeRoot near(double guess, double width) { return {guess - width, guess + width, guess}; }

  QBATT_HD bool found() const { return found_; }
  /// Samples absorbed.
  QBATT_HD int steps() const { return steps_; }
  /// The root; until it is found, the time at which absorb() wants a sample.
  QBATT_HD double time() const { return root_; }

  QBATT_HD void absorb(const SlopeSample& s) {
    (s.slope > 0.0 ? low_ : high_) = s.t;
    double next = s.curvature < 0.0 ? s.t - s.slope / s.curvature : 0.5 * (low_ + high_);
    if (!(next >= low_ && next <= high_)) next = 0.5 * (low_ + high_);
    const double move = fabs(next - s.t);
    ++steps_;
    // Newton is quadratic: once a step is below 1e-9 of t the next would be rounding.
    found_ = s.slope == 0.0 || move <= 1e-9 * s.t || high_ - low_ <= 4e-16 * s.t || steps_ >= most_steps;
    root_ = s.slope == 0.0 ? s.t : next;
  }

private:
  QBATT_HD SlopeRoot(double low, double high, double guess) : low_(low), high_(high), root_(guess) {}

  static constexpr int most_steps = 80;
  double low_ = 0;
  double high_ = 0;
  double root_ = 0;
  int steps_ = 0;
  bool found_ = false;
};

/// Drives the search. Times are in the unit in which the step was given; every sample is a full double-precision evaluation, so the
/// peak is a root of the slope itself, never the best point of a grid.
///
/// The scan starts with a step that resolves the fastest oscillation the state carries and doubles it while cubic Hermite
/// interpolation over two steps predicts every other sample to a small part of its value; it goes back to smaller steps where that
/// fails, where the slope might dip to zero between samples, and around the sign change itself.
class PeakSearch {
public:
  static constexpr int most_samples = 8;

  /// `step` resolves the fastest oscillation that matters; at t = 0 the slope is 0 and its derivative `curvature` >= 0, then the
  /// slope is positive.
  QBATT_HD PeakSearch(double step, double curvature) : first_step_(step), step_(step), left_{0.0, 0.0, curvature} { plan_scan(); }

  /// For samples of EnergySample::slope_of(); `bandwidth`: see energy_bandwidth.
  QBATT_HD PeakSearch(PeakOf peak_of, double bandwidth) : PeakSearch(first_scan_step(bandwidth), curvature_at_start(peak_of)) {}

  QBATT_HD bool finished() const { return stage_ == Stage::found || stage_ == Stage::lost; }
  QBATT_HD bool found() const { return stage_ == Stage::found; }
  QBATT_HD double peak() const { return root_.time(); }

  /// The times at which absorb() wants samples, 1 ... most_samples of them.
  QBATT_HD int count() const { return count_; }
  QBATT_HD double time(int i) const { return times_[i]; }

  /// Takes count() samples in the order of time().
  QBATT_HD void absorb(const SlopeSample* samples) {
    evaluations_ += count_;
    if (stage_ == Stage::scan)
      absorb_scan(samples);
    else if (stage_ == Stage::polish)
      absorb_polish(samples[0]);
    if (!finished() && evaluations_ > max_evaluations) stage_ = Stage::lost;
  }

private:
  enum class Stage { scan, polish, found, lost };
  static constexpr int max_evaluations = 1 << 18;
  static constexpr double largest_growth = 8.0;
  static constexpr double smallest_step = 1e-9;  ///< of the first step
  static constexpr double smooth = 1e-3;         ///< prediction error, relative to the slope, below which the step doubles
  static constexpr double rough = 0.25;          ///< ... above which it is cut

  QBATT_HD void plan_scan() {
    count_ = most_samples;
    for (int i = 0; i < most_samples; ++i) times_[i] = left_.t + step_ * (i + 1);
  }

  QBATT_HD void absorb_scan(const SlopeSample* samples) {
    SlopeSample nodes[most_samples + 1];
    nodes[0] = left_;
    for (int i = 0; i < most_samples; ++i) {
      nodes[i + 1] = samples[i];
      if (!(fabs(samples[i].slope) < HUGE_VAL && fabs(samples[i].curvature) < HUGE_VAL)) {
        stage_ = Stage::lost;
        return;
      }
    }
    const bool may_cut = step_ > smallest_step * first_step_;
    double worst = 0.0;
    for (int i = 0; i < most_samples; ++i) {
      const SlopeSample& a = nodes[i];
      const SlopeSample& b = nodes[i + 1];
      if (b.slope <= 0.0) return approach(a, b, may_cut);
      const double error = i % 2 == 1 ? prediction_error(nodes[i - 1], a, b) : 0.0;
      worst = fmax(worst, error);
      if (may_cut && (error > rough || may_dip(a, b))) return cut(i % 2 == 1 ? nodes[i - 1] : a);
    }
    left_ = nodes[most_samples];
    if (worst < smooth && step_ < largest_growth * first_step_) step_ *= 2.0;
    plan_scan();
  }

  /// How far the cubic through the outer samples misses the inner one, relative to it.
  QBATT_HD static double prediction_error(const SlopeSample& a, const SlopeSample& inner, const SlopeSample& b) {
    return fabs(SlopeCubic::through(a, b).value(0.5) - inner.slope) / inner.slope;
  }

  /// Whether the slope, positive at both ends, might touch zero between them: the cubic has a minimum inside that is small.
  QBATT_HD static bool may_dip(const SlopeSample& a, const SlopeSample& b) {
    if (!(a.curvature < 0.0 && b.curvature > 0.0)) return false;
    const SlopeCubic cubic = SlopeCubic::through(a, b);
    double low = 0.0;
    double high = 1.0;
    for (int i = 0; i < 40; ++i) {
      const double middle = 0.5 * (low + high);
      (cubic.derivative(middle) < 0.0 ? low : high) = middle;
    }
    return cubic.value(low) < 0.5 * fmin(a.slope, b.slope);
  }

  /// Scans again from `a` with smaller steps.
  QBATT_HD void cut(const SlopeSample& a) {
    left_ = a;
    step_ /= most_samples;
    plan_scan();
  }

  /// The slope falls through zero between a and b: looked at closely first, so that it is the first such place.
  QBATT_HD void approach(const SlopeSample& a, const SlopeSample& b, bool may_cut) {
    if (may_cut && (a.t == 0.0 || step_ > 0.25 * first_step_))
      cut(a);
    else if (a.t == 0.0)
      stage_ = Stage::lost;
    else
      start_polish(a, b);
  }

  QBATT_HD void start_polish(const SlopeSample& a, const SlopeSample& b) {
    stage_ = Stage::polish;
    root_ = SlopeRoot(a, b);
    ask_for_root();
  }

  QBATT_HD void ask_for_root() {
    times_[0] = root_.time();
    count_ = 1;
  }

  QBATT_HD void absorb_polish(const SlopeSample& s) {
    root_.absorb(s);
    if (root_.found()) {
      stage_ = Stage::found;
      count_ = 0;
    } else {
      ask_for_root();
    }
  }

  Stage stage_ = Stage::scan;
  double first_step_;
  double step_;
  SlopeSample left_;
  SlopeRoot root_;
  int evaluations_ = 0;
  int count_ = 0;
  double times_[most_samples] = {};
};

}  // namespace qbatt::kernels::inline QBATT_TARGET
