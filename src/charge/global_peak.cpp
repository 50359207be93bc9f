#include "charge/global_peak.hpp"
#include "model/numerical_error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace qbatt {
namespace {

/// Energies this close, relative to the largest, are the same.
constexpr double tie = 1e-12;
/// Errors of interpolation below this, relative to the largest energy, cannot matter.
constexpr double settled = 0.1 * tie;
/// Times looked at, at most: minutes for chains of a few levels.
constexpr double most_samples = 8e6;

/// The polynomial of degree 5 with the energies, slopes and curvatures at both ends of a stretch of time, in Bernstein's form: it
/// lies between the least and the largest coefficient, its first two derivatives likewise between multiples of their differences.
class Quintic {
public:
  Quintic(const EnergySample& a, const EnergySample& b) : length_(b.t - a.t) {
    const double h = length_;
    c_ = {a.energy,
          a.energy + h * a.slope / 5.0,
          a.energy + 2.0 * h * a.slope / 5.0 + h * h * a.curvature / 20.0,
          b.energy - 2.0 * h * b.slope / 5.0 + h * h * b.curvature / 20.0,
          b.energy - h * b.slope / 5.0,
          b.energy};
  }

  [[nodiscard]] double largest() const { return *std::ranges::max_element(c_); }
  [[nodiscard]] double spread() const { return largest() - *std::ranges::min_element(c_); }
  [[nodiscard]] double least_slope() const { return 5.0 / length_ * extreme_difference(1.0); }
  [[nodiscard]] double largest_slope() const { return -5.0 / length_ * extreme_difference(-1.0); }
  [[nodiscard]] double least_curvature() const { return 20.0 / (length_ * length_) * extreme_second_difference(1.0); }
  [[nodiscard]] double largest_curvature() const { return -20.0 / (length_ * length_) * extreme_second_difference(-1.0); }

private:
  /// The least of the differences times `sign`.
  [[nodiscard]] double extreme_difference(double sign) const {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i + 1 < c_.size(); ++i) least = std::min(least, sign * (c_[i + 1] - c_[i]));
    return least;
  }
  [[nodiscard]] double extreme_second_difference(double sign) const {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i + 2 < c_.size(); ++i) least = std::min(least, sign * ((c_[i + 2] - c_[i + 1]) - (c_[i + 1] - c_[i])));
    return least;
  }

  double length_;
  std::array<double, 6> c_{};
};

/// How far a Quintic may be from the function and its derivatives (Birkhoff & Priver, J. Math. and Phys. 46 (1967), for two-point
/// Hermite interpolation of degree 5), and the samples from the function.
struct Errors {
  double energy;
  double slope;
  double curvature;
};

/// What a stretch is found to hold.
enum class Content { nothing, one_peak, unclear };

[[nodiscard]] kernels::SlopeSample slope_of(const EnergySample& s) {
  return s.slope_of(kernels::PeakOf::energy);
}

void refuse_more_than_possible(double samples) {
  if (!(samples <= most_samples)) throw NumericalError(Failure::window, "the window holds more oscillations than can be looked at");
}

}  // namespace

struct GlobalSearch::Stretch {
  EnergySample begin;
  EnergySample end;
};

/// A stretch with one peak, on its way to the root of its slope.
struct GlobalSearch::Candidate {
  kernels::SlopeRoot root;
  double steepness;  ///< -d^2E/dt^2 is at least this on the stretch; 0 where nothing is known
  double energy;     ///< at the root, as far as it is known
  bool dropped = false;
};

/// All that the search knows.
class GlobalSearch::State {
public:
  State(const EnergySignal& signal, const std::optional<RoughErrors>& rough) : signal_(signal), rough_(rough) {
    constexpr double coarse = 5e-4;
    const double step = std::pow(46080.0 * coarse * signal_.range / signal_.sixth_derivative, 1.0 / 6.0);
    const double steps = std::ceil(signal_.window / step);
    refuse_more_than_possible(steps);
    steps_ = static_cast<std::size_t>(steps);
    ask_scan();
  }

  [[nodiscard]] bool finished() const { return stage_ == Stage::finished; }
  [[nodiscard]] bool wants_exact() const { return !rough_; }
  [[nodiscard]] std::span<const double> times() const { return times_; }

  void absorb(std::span<const EnergySample> samples) {
    for (const EnergySample& s : samples) {
      if (!std::isfinite(s.energy) || !std::isfinite(s.slope) || !std::isfinite(s.curvature))
        throw NumericalError(Failure::range, "the energy is no number somewhere in the window");
      floor_ = std::max(floor_, s.energy - energy_error());
    }
    switch (stage_) {
      case Stage::scan:
        return absorb_scan(samples);
      case Stage::narrow:
        return absorb_halves(samples);
      case Stage::renew:
        return absorb_renewed(samples);
      case Stage::polish:
        return absorb_roots(samples);
      case Stage::finished:
        break;
    }
  }

  [[nodiscard]] GlobalPeak peak() const {
    double largest = end_.energy;
    for (const Candidate& c : candidates_) largest = std::max(largest, c.energy);
    const auto first = std::ranges::find_if(candidates_, [&](const Candidate& c) { return c.energy >= (1.0 - tie) * largest; });
    return first == candidates_.end() ? GlobalPeak{signal_.window, true} : GlobalPeak{first->root.time(), false};
  }

private:
  /// The whole window; halves of stretches; the ends of what is left, now with exact values; roots.
  enum class Stage { scan, narrow, renew, polish, finished };

  [[nodiscard]] double energy_error() const { return rough_ ? rough_->energy : 0.0; }
  [[nodiscard]] double slope_error() const { return rough_ ? rough_->slope : 0.0; }

  /// times_ is what is wanted next.
  void ask(Stage stage) {
    stage_ = stage;
    taken_ += static_cast<double>(times_.size());
    refuse_more_than_possible(taken_);
  }

  /// Looks at the whole window with steps at which interpolation is right to a small part of the range, and keeps what may hold the
  /// largest energy.
  void ask_scan() {
    constexpr std::size_t at_once = 1024;
    times_.clear();
    for (; scanned_ <= steps_ && times_.size() < at_once; ++scanned_)
      times_.push_back(signal_.window * (static_cast<double>(scanned_) / static_cast<double>(steps_)));
    ask(Stage::scan);
  }

  void absorb_scan(std::span<const EnergySample> samples) {
    for (const EnergySample& s : samples) {
      if (s.t > 0.0) keep_if_promising({end_, s}, stretches_);
      end_ = s;
    }
    if (scanned_ <= steps_)
      ask_scan();
    else
      narrow();
  }

  /// Halves stretches until each is known to hold one peak, no peak, or none that matters.
  void narrow() {
    open_ = std::move(stretches_);
    stretches_.clear();
    ask_halves();
  }

  void ask_halves() {
    halves_.clear();
    times_.clear();
    for (const Stretch& s : open_) {
      if (!hopeless(s) && must_be_halved(s)) {
        halves_.push_back(s);
        times_.push_back(0.5 * (s.begin.t + s.end.t));
      }
    }
    open_.clear();
    if (!times_.empty()) return ask(Stage::narrow);
    std::erase_if(
        stretches_, [this](const Stretch& s) { return hopeless(s); });
    std::ranges::sort(stretches_, {}, [](const Stretch& s) { return s.begin.t; });
    if (rough_)
      ask_again();
    else
      begin_polish();
  }

  void absorb_halves(std::span<const EnergySample> samples) {
    for (std::size_t i = 0; i < halves_.size(); ++i) {
      keep_if_promising({halves_[i].begin, samples[i]}, open_);
      keep_if_promising({samples[i], halves_[i].end}, open_);
    }
    ask_halves();
  }

  /// The ends of what is left, of the exact function.
  void ask_again() {
    rough_.reset();
    times_.clear();
    for (const Stretch& s : stretches_) {
      if (times_.empty() || times_.back() != s.begin.t) times_.push_back(s.begin.t);
      times_.push_back(s.end.t);
    }
    if (times_.empty() || times_.back() != signal_.window) times_.push_back(signal_.window);
    floor_ = 0.0;
    ask(Stage::renew);
  }

  void absorb_renewed(std::span<const EnergySample> samples) {
    const auto at = [&](double t) { return *std::ranges::lower_bound(samples, t, {}, &EnergySample::t); };
    for (Stretch& s : stretches_) s = {at(s.begin.t), at(s.end.t)};
    end_ = samples.back();
    narrow();
  }

  /// False where it is known what the stretch holds; where that is a peak, it is kept. Values that are not exact have told enough
  /// where interpolation is as good as they are.
  bool must_be_halved(const Stretch& s) {
    const Content content = content_of(s);
    const bool enough = rough_ && errors(s).energy <= 2.0 * energy_error();
    if (content == Content::one_peak || (content == Content::unclear && enough)) {
      stretches_.push_back(s);
      return false;
    }
    return content == Content::unclear;
  }

  [[nodiscard]] Errors errors(const Stretch& s) const {
    const double h = s.end.t - s.begin.t;
    const double h4 = h * h * h * h * signal_.sixth_derivative;
    return {.energy = h * h * h4 / 46080.0 + energy_error(),
            .slope = h * h4 * std::sqrt(5.0) / 30000.0 + slope_error(),
            .curvature = rough_ ? std::numeric_limits<double>::infinity() : h4 / 1920.0};
  }

  [[nodiscard]] bool hopeless(const Stretch& s) const {
    return Quintic(s.begin, s.end).largest() + errors(s).energy < (1.0 - tie) * floor_;
  }

  void keep_if_promising(const Stretch& s, std::vector<Stretch>& kept) const {
    if (!hopeless(s)) kept.push_back(s);
  }

  /// Where the slope falls through zero between samples or at the end of the stretch, not at its beginning: neighbors share that.
  static bool falls_through_zero(const Stretch& s) { return s.begin.slope > 0.0 && s.end.slope <= 0.0; }

  /// Monotonic and convex stretches are largest at an end, concave ones have one peak at most. Once interpolation is as good as
  /// ever needed, the polynomial is the function; once the stretch is flat, its ends say all that matters.
  [[nodiscard]] Content content_of(const Stretch& s) const {
    const Quintic q(s.begin, s.end);
    Errors error = errors(s);
    if (!rough_ && error.energy <= settled * floor_) {
      error = {0.0, 0.0, 0.0};
      if (q.spread() <= settled * floor_) return falls_through_zero(s) ? Content::one_peak : Content::nothing;
    }
    if (q.least_slope() > error.slope || q.largest_slope() < -error.slope || q.least_curvature() > error.curvature)
      return Content::nothing;
    if (q.largest_curvature() < -error.curvature) return falls_through_zero(s) ? Content::one_peak : Content::nothing;
    return Content::unclear;
  }

  /// Brings all candidates to the roots of their slopes, but for those that turn out too low on the way.
  void begin_polish() {
    for (const Stretch& s : stretches_) {
      const double steepness = -Quintic(s.begin, s.end).largest_curvature() - errors(s).curvature;
      candidates_.push_back({.root = {slope_of(s.begin), slope_of(s.end)}, .steepness = std::max(0.0, steepness), .energy = 0.0});
    }
    ask_roots();
  }

  void ask_roots() {
    times_.clear();
    for (const Candidate& c : candidates_)
      if (!c.root.found()) times_.push_back(c.root.time());
    ask(times_.empty() ? Stage::finished : Stage::polish);
  }

  void absorb_roots(std::span<const EnergySample> samples) {
    auto s = samples.begin();
    for (Candidate& c : candidates_)
      if (!c.root.found()) improve(c, *s++);
    std::erase_if(candidates_, [](const Candidate& c) { return c.dropped; });
    ask_roots();
  }

  /// On a concave stretch the peak is above a sample by at most slope^2 / (2 steepness).
  void improve(Candidate& c, const EnergySample& s) const {
    c.root.absorb(slope_of(s));
    c.energy = s.energy + 0.5 * s.slope * (c.root.time() - s.t);
    c.dropped = c.steepness > 0.0 && s.energy + 0.5 * s.slope * s.slope / c.steepness < (1.0 - tie) * floor_;
  }

  EnergySignal signal_;
  std::optional<RoughErrors> rough_;  ///< of the values so far; nothing once they are exact
  Stage stage_ = Stage::scan;
  std::vector<double> times_;       ///< that are wanted
  double taken_ = 0;                ///< samples
  std::size_t steps_ = 0;           ///< of the scan
  std::size_t scanned_ = 0;         ///< of their ends
  double floor_ = 0;                ///< the largest energy is at least this
  EnergySample end_;                ///< of the window, once it is scanned
  std::vector<Stretch> stretches_;  // in time's order
  std::vector<Stretch> open_;       // to be looked at
  std::vector<Stretch> halves_;     // whose middles are wanted
  std::vector<Candidate> candidates_;
};

GlobalSearch::GlobalSearch(const EnergySignal& signal, const std::optional<RoughErrors>& rough)
    : state_(std::make_unique<State>(signal, rough)) {}
GlobalSearch::GlobalSearch(GlobalSearch&&) noexcept = default;
GlobalSearch& GlobalSearch::operator=(GlobalSearch&&) noexcept = default;
GlobalSearch::~GlobalSearch() = default;

bool GlobalSearch::finished() const {
  return state_->finished();
}
bool GlobalSearch::wants_exact() const {
  return state_->wants_exact();
}
std::span<const double> GlobalSearch::times() const {
  return state_->times();
}
void GlobalSearch::absorb(std::span<const EnergySample> samples) {
  state_->absorb(samples);
}
GlobalPeak GlobalSearch::peak() const {
  return state_->peak();
}

namespace {

constexpr std::size_t order = 6;

/// || H^j e_0 ||, j = 0 ... 6.
std::array<double, order + 1> powers_of_start(const LevelChain& chain) {
  using Levels = std::array<double, order + 1>;
  const auto levels = static_cast<std::size_t>(std::min<kernels::index>(chain.dim, order + 1));
  Levels v{1.0};
  Levels norms{1.0};
  for (std::size_t j = 1; j <= order; ++j) {
    Levels next{};
    double square = 0.0;
    for (std::size_t k = 0; k < levels; ++k) {
      const double below = k > 0 ? kernels::offdiag(chain.model, static_cast<double>(k - 1)) * v[k - 1] : 0.0;
      const double above = k + 1 < levels ? kernels::offdiag(chain.model, static_cast<double>(k)) * v[k + 1] : 0.0;
      next[k] = below + above + kernels::diag(chain.model, static_cast<double>(k)) * v[k];
      square += next[k] * next[k];
    }
    v = next;
    norms[j] = std::sqrt(square);
  }
  return norms;
}

}  // namespace

EnergySignal energy_signal(const LevelChain& chain, double window) {
  constexpr std::array<double, order + 1> binomials{1, 6, 15, 20, 15, 6, 1};
  const auto norms = powers_of_start(chain);
  double sum = 0.0;
  for (std::size_t j = 0; j <= order; ++j) sum += binomials[j] * norms[j] * norms[order - j];
  const auto range = static_cast<double>(chain.dim - 1);
  return {.window = window * transit_time(chain), .range = range, .sixth_derivative = 0.5 * range * sum};
}

GlobalPeak find_global_peak(const EnergySignal& signal, const EnergySampler& exact, const RoughSampler* rough) {
  const bool usable = rough != nullptr && rough->longest_time >= signal.window;
  GlobalSearch search(signal, usable ? std::optional(RoughErrors{rough->energy_error, rough->slope_error}) : std::nullopt);
  std::vector<EnergySample> samples;
  while (!search.finished()) {
    samples.resize(search.times().size());
    (search.wants_exact() ? exact : rough->sample)(search.times(), samples);
    search.absorb(samples);
  }
  return search.peak();
}

}  // namespace qbatt
