#pragma once

#include "kernels/lane.hpp"

// The first t > 0 at which a function's derivative falls through zero, as a state machine: it says at which times it wants the
// derivatives next and is fed with them, so that a CPU loop and a CUDA launch can drive the same search.
namespace qbatt::kernels::inline QBATT_TARGET {

/// First and second derivative of the energy at one time.
struct SlopeSample {
  double t = 0;
  double slope = 0;      ///< dE/dt
  double curvature = 0;  ///< d^2E/dt^2
};

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

/// Drives the search. Times are in the unit in which the step was given; every sample is a full double-precision evaluation, so the
/// peak is a root of dE/dt itself, never the best point of a grid.
class PeakSearch {
public:
  static constexpr int batch = 8;

  /// `step` resolves the fastest oscillation that matters; slope 0 and curvature > 0 at t = 0.
  QBATT_HD explicit PeakSearch(double step, double curvature_at_start) : step_(step), left_{0.0, 0.0, curvature_at_start} {
    plan_scan();
  }

  QBATT_HD bool finished() const { return stage_ == Stage::found || stage_ == Stage::lost; }
  QBATT_HD bool found() const { return stage_ == Stage::found; }
  QBATT_HD double peak() const { return root_; }

  /// The times at which absorb() wants samples, 1 ... batch of them.
  QBATT_HD int count() const { return count_; }
  QBATT_HD double time(int i) const { return times_[i]; }

  /// Takes count() samples in the order of time().
  QBATT_HD void absorb(const SlopeSample* samples) {
    evaluations_ += count_;
    if (stage_ == Stage::scan) {
      absorb_scan(samples);
    } else if (stage_ == Stage::polish) {
      absorb_polish(samples[0]);
    }
    if (!finished() && evaluations_ > max_evaluations) {
      stage_ = Stage::lost;
    }
  }

  QBATT_HD int evaluations() const { return evaluations_; }

private:
  enum class Stage { scan, polish, found, lost };
  static constexpr int max_evaluations = 1 << 18;
  static constexpr int max_depth = 10;

  QBATT_HD void plan_scan() {
    count_ = batch;
    for (int i = 0; i < batch; ++i) {
      times_[i] = left_.t + step_ * (i + 1);
    }
  }

  QBATT_HD void absorb_scan(const SlopeSample* samples) {
    SlopeSample a = left_;
    for (int i = 0; i < batch; ++i) {
      const SlopeSample b = samples[i];
      if (!(fabs(b.slope) < HUGE_VAL && fabs(b.curvature) < HUGE_VAL)) {
        stage_ = Stage::lost;
        return;
      }
      if (b.slope <= 0.0 && a.t > 0.0) {
        return start_polish(a, b);
      }
      if (b.slope <= 0.0 || may_dip(a, b)) {  // look closer; in the first interval the slope starts from zero
        return refine(a);
      }
      a = b;
    }
    left_ = a;
    leave_refinement();
    plan_scan();
  }

  /// Whether the slope, positive at both ends, might touch zero between them: the cubic has a minimum inside that is small.
  QBATT_HD bool may_dip(const SlopeSample& a, const SlopeSample& b) const {
    if (depth_ >= max_depth || !(a.curvature < 0.0 && b.curvature > 0.0)) {
      return false;
    }
    const SlopeCubic cubic = SlopeCubic::through(a, b);
    double low = 0.0;
    double high = 1.0;
    for (int i = 0; i < 40; ++i) {
      const double middle = 0.5 * (low + high);
      (cubic.derivative(middle) < 0.0 ? low : high) = middle;
    }
    return cubic.value(low) < 0.5 * fmin(a.slope, b.slope);
  }

  QBATT_HD void refine(const SlopeSample& a) {
    if (depth_ == 0) {
      coarse_step_ = step_;
    }
    if (depth_ >= max_depth) {
      stage_ = Stage::lost;
      return;
    }
    ++depth_;
    left_ = a;
    refined_until_ = a.t + step_;
    step_ /= batch;
    plan_scan();
  }

  QBATT_HD void leave_refinement() {
    if (depth_ > 0 && left_.t >= refined_until_ * (1.0 - 1e-12)) {
      depth_ = 0;
      step_ = coarse_step_;
    }
  }

  QBATT_HD void start_polish(const SlopeSample& a, const SlopeSample& b) {
    stage_ = Stage::polish;
    low_ = a.t;
    high_ = b.t;
    const SlopeCubic cubic = SlopeCubic::through(a, b);
    double u_low = 0.0;
    double u_high = 1.0;
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (u_low + u_high);
      (cubic.value(middle) > 0.0 ? u_low : u_high) = middle;
    }
    propose(a.t + (b.t - a.t) * u_low);
  }

  QBATT_HD void propose(double t) {
    root_ = t;
    times_[0] = t;
    count_ = 1;
  }

  /// Newton's step inside the bracket, bisection where it leaves it.
  QBATT_HD void absorb_polish(const SlopeSample& s) {
    (s.slope > 0.0 ? low_ : high_) = s.t;
    double next = s.curvature < 0.0 ? s.t - s.slope / s.curvature : 0.5 * (low_ + high_);
    if (!(next >= low_ && next <= high_)) {
      next = 0.5 * (low_ + high_);
    }
    const double move = fabs(next - s.t);
    ++polish_steps_;
    // Newton is quadratic: once a step is below 1e-9 of t the next would be rounding.
    if (s.slope == 0.0 || move <= 1e-9 * s.t || high_ - low_ <= 4e-16 * s.t || polish_steps_ >= 80) {
      root_ = s.slope == 0.0 ? s.t : next;
      stage_ = Stage::found;
      count_ = 0;
      return;
    }
    propose(next);
  }

  Stage stage_ = Stage::scan;
  double step_;
  double coarse_step_ = 0;
  double refined_until_ = 0;
  int depth_ = 0;
  SlopeSample left_;
  double low_ = 0;
  double high_ = 0;
  double root_ = 0;
  int polish_steps_ = 0;
  int evaluations_ = 0;
  int count_ = 0;
  double times_[batch] = {};
};

}  // namespace qbatt::kernels::inline QBATT_TARGET
