#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <mutex>
#include <optional>
#include <vector>

#include "chain/energy_bandwidth.hpp"
#include "cpu/aligned_doubles.hpp"
#include "cpu/one_chain.hpp"
#include "cpu/spectral/joint_certificate.hpp"
#include "cpu/spectral/population_ranking.hpp"
#include "cpu/spectral/spacings.hpp"
#include "cpu/spectral/spectral.hpp"
#include "cpu/spectral/spectral_energy.hpp"
#include "cpu/team.hpp"
#include "kernels/elementary.hpp"
#include "model/numerical_error.hpp"

namespace qbatt::cpu {
namespace {

/// What the superblocks yield for some times.
struct Collected {
  Collected(std::size_t superblocks, std::size_t times)
      : low(superblocks * times),
        high(superblocks * times),
        defect(superblocks * times, 0.0),
        last_population(superblocks * times, 0.0) {}

  std::vector<kernels::StateSums> low;      // [superblock][time]
  std::vector<kernels::StateSums> high;     // [superblock][time]
  std::vector<double> defect;               // [superblock][time]
  std::vector<double> last_population;      // [superblock][time], 0 where another superblock holds the level
  std::vector<PopulationRanking> rankings;  // [time], where observables are wanted
};

/// Where one superblock's populations go.
struct RankingSource {
  std::vector<PopulationRanking>* rankings;
  std::size_t superblock;
};

void rank_populations(void* context, int time, const double* values, int count) {
  const auto* source = static_cast<const RankingSource*>(context);
  (*source->rankings)[static_cast<std::size_t>(time)].add(source->superblock, values, count);
}

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Replaces angles, whole groups of them, by their sines.
void sines_and_cosines(std::vector<double>& angles, std::vector<double>& cosines) {
  double largest = 0.0;
  for (const double angle : angles) largest = std::max(largest, std::abs(angle));
  if (largest <= kernels::largest_angle) {
    kernel_set().sine_cosine(angles.data(), static_cast<std::int64_t>(angles.size()), angles.data(), cosines.data());
    return;
  }
  for (std::size_t j = 0; j < angles.size(); ++j) {
    cosines[j] = std::cos(angles[j]);
    angles[j] = std::sin(angles[j]);
  }
}

/// Phase factors as [pair][time], see TimesTask; the last time fills up the lanes.
struct PhaseTable {
  std::vector<double> cosines;
  std::vector<double> sines;

  PhaseTable(const Eigenpairs& pairs, std::span<const double> times, std::size_t padded, double sign)
      : cosines(pairs.lambda.size() * padded), sines(cosines.size()) {
    for (std::size_t j = 0; j < pairs.lambda.size(); ++j)
      for (std::size_t t = 0; t < padded; ++t) sines[j * padded + t] = pairs.lambda[j] * times[std::min(t, times.size() - 1)];
    sines_and_cosines(sines, cosines);
    for (std::size_t j = 0; j < pairs.lambda.size(); ++j) {
      const double copies = pairs.copies[j];
      for (std::size_t i = j * padded; i < (j + 1) * padded; ++i) {
        cosines[i] *= copies;
        sines[i] *= sign * copies;
      }
    }
  }
};

/// Where a number of each level goes, as [time][level]; null where it is not wanted.
struct LevelOutput {
  double* populations = nullptr;
  std::complex<double>* amplitudes = nullptr;
};

class SpectralStates final : public PairedChain {
public:
  SpectralStates(const LevelChain& levels, SpectralChain chain, Eigenpairs pairs, Workers workers)
      : PairedChain(levels), chain_(std::move(chain)), workers_(std::move(workers)), pairs_(std::move(pairs)) {
    if (pairs_.count == 0) throw NumericalError(Failure::range, "no eigenpair carries the initial state");
    certify();
  }

  [[nodiscard]] std::int64_t pairs(std::size_t /*place*/) const override { return pairs_.represented(); }

  [[nodiscard]] double error_bound(std::size_t /*place*/, double t) const override {
    const double by_pairs = certificate_.error_bound(t);
    return is_loose(by_pairs) ? less(joint().error_bound(t), by_pairs) : by_pairs;
  }
  [[nodiscard]] double pair_defect(std::size_t /*place*/, double t) const override {
    const double by_pairs = certificate_.pair_defect(t);
    return is_loose(certificate_.error_bound(t)) ? less(joint().pair_defect(t), by_pairs) : by_pairs;
  }

  /// Threads share superblocks, or runs of times where a chain has too few superblocks for them.
  void evaluate(const Sampling& sampling) override {
    const std::size_t times = sampling.times;
    const Detail detail = sampling.detail;
    const std::size_t levels = static_cast<std::size_t>(chain_.data().dim);
    double* const populations = populations_of(sampling);
    std::complex<double>* const amplitudes = amplitudes_of(sampling);
    const bool many = detail != Detail::slopes && times >= static_cast<std::size_t>(kernel_set().time_lanes) &&
                      chain_.data().dim <= most_levels_of_many_times;
    if (many && chain_.data().folded && by_parity_.count == 0) sort_by_parity();
    const std::size_t run = many ? many_times : few_times(detail);
    const std::size_t runs = (times + run - 1) / run;
    const bool share_times = superblocks() < static_cast<std::size_t>(workers_.threads);
    share_out(static_cast<std::int64_t>(runs), share_times ? workers_ : workers_.alone(), [&](std::int64_t b, int /*thread*/) {
      const std::size_t begin = static_cast<std::size_t>(b) * run;
      const std::size_t count = std::min(run, times - begin);
      const LevelOutput output{populations == nullptr ? nullptr : populations + begin * levels,
                               amplitudes == nullptr ? nullptr : amplitudes + begin * levels};
      const Workers workers = share_times ? workers_.alone() : workers_;
      const Collected collected = many ? stream_many(sampling.t.subspan(begin, count), detail, output, workers)
                                       : stream(sampling.t.subspan(begin, count), detail, false, output, workers);
      for (std::size_t i = 0; i < count; ++i) sampling.reports[begin + i] = report(collected, i, count, detail);
    });
  }

  double first_peak(kernels::PeakOf peak_of) override {
    EnergyModel model(chain_, pairs_, workers_);
    if (!model.usable()) return OneChain::first_peak(peak_of);
    bool lost = false;
    const EnergySampler look = [&](std::span<const double> times, std::span<EnergySample> samples) {
      throw_if_stopped(workers_.stop);
      lost = lost || times.back() > model.longest_time();
      if (lost)
        std::ranges::fill(samples, EnergySample{nan, nan, nan, nan});  // ends the search on the model
      else
        model.evaluate(times, samples);
    };
    return find_first_peak(peak_of, bandwidth_, energy_sampler(kernels::detail_of_search(peak_of)), &look);
  }

  GlobalPeak global_peak(const EnergySignal& signal) override {
    EnergyModel model(chain_, pairs_, workers_);
    if (!model.usable()) return OneChain::global_peak(signal);
    const auto look = [&](std::span<const double> times, std::span<EnergySample> samples) {
      throw_if_stopped(workers_.stop);
      model.evaluate(times, samples);
    };
    const RoughSampler rough{.sample = look,
                             .longest_time = model.longest_time(),
                             .energy_error = model.energy_error(),
                             .slope_error = model.slope_error()};
    return find_global_peak(signal, energy_sampler(Detail::sums), &rough);
  }

  std::optional<EnergyStandIn> stand_in(std::size_t /*place*/) override {
    const EnergyModel& own = model();
    if (!own.usable()) return std::nullopt;
    return EnergyStandIn{own.longest_time(), {own.energy_error(), own.slope_error()}};
  }

  void energies(const EnergyQuery& query) override {
    if (query.exact || !model().usable()) return OneChain::energies(query);
    model().evaluate(query.t, query.samples);
  }

private:
  EnergyModel& model() {
    if (!model_) model_.emplace(chain_, pairs_, workers_);
    return *model_;
  }
  [[nodiscard]] int components() const { return (chain_.data().folded ? 2 : 1) * (chain_.data().constant_diagonal ? 1 : 2); }
  /// As many as the sums of a block keep in the cache; fewer where each brings a histogram of its own.
  [[nodiscard]] std::size_t few_times(Detail detail) const {
    const bool histograms = detail == Detail::observables && chain_.data().dim > PopulationRanking::exact_levels;
    return histograms ? 2 : static_cast<std::size_t>(16 / components());
  }
  [[nodiscard]] std::size_t superblocks() const { return chain_.boundaries().size() - 1; }

  void certify() {
    certificate_ = sums_of_pairs().certificate(static_cast<double>(pairs_.count), chain_.matrix_bound());
    bandwidth_ = energy_bandwidth({pairs_.lambda.data(), static_cast<std::size_t>(pairs_.count)}, full_weights());
    certificate_.start_defect = start_defect();
  }

  [[nodiscard]] kernels::ShotCertificate sums_of_pairs() const {
    kernels::ShotCertificate sums{.constant_diagonal = chain_.data().constant_diagonal, .fused = kernel_set().fused};
    for (std::size_t j = 0; j < static_cast<std::size_t>(pairs_.count); ++j)
      sums.add({pairs_.copies[j] * std::sqrt(pairs_.weight[j]), pairs_.mismatch[j], pairs_.magnitude[j], pairs_.lambda[j]});
    return sums;
  }

  /// Made when it is first needed, which few chains ever do.
  [[nodiscard]] const JointCertificate& joint() const {
    std::call_once(joint_is_made_, [this] {
      joint_ = JointCertificate(pairs_, spacings(chain_.data(), pairs_), sums_of_pairs(), certificate_, chain_.matrix_bound());
    });
    return joint_;
  }

  /// Whether a bound exceeds the default tolerance, so that it is worth a closer look. Others stay what they are.
  [[nodiscard]] bool is_loose(double bound) const { return !(bound <= default_tolerance(chain_.data().dim)); }
  /// `a` where it is less than `b`, and b where a is not a number.
  static double less(double a, double b) { return a < b ? a : b; }

  [[nodiscard]] std::vector<double> full_weights() const {
    std::vector<double> weights(static_cast<std::size_t>(pairs_.count));
    for (std::size_t j = 0; j < weights.size(); ++j) weights[j] = pairs_.copies[j] * pairs_.weight[j];
    return weights;
  }

  double start_defect() {
    const double zero = 0.0;
    const Collected collected = stream({&zero, 1}, Detail::slopes, true, {}, workers_);
    double sum = 0.0;
    for (const double part : collected.defect) sum += part;
    return std::sqrt(sum);
  }

  /// Phase factors of all pairs: [parity of the level][component][time][pair], see StreamTask.
  [[nodiscard]] std::vector<double> phase_factors(std::span<const double> times) const {
    const auto pairs = static_cast<std::size_t>(pairs_.padded);
    const std::size_t stride = times.size() * pairs;  // one component
    const std::size_t all = static_cast<std::size_t>(components()) * stride;
    const bool real = chain_.data().constant_diagonal;
    std::vector<double> factors(all * (real ? 2 : 1));
    std::vector<double> sines(pairs);
    std::vector<double> cosines(pairs);
    for (std::size_t t = 0; t < times.size(); ++t) {
      turn_phases(times[t], sines, cosines);
      for (std::size_t j = 0; j < pairs; ++j) {
        double* const at = factors.data() + t * pairs + j;
        if (real)
          set_real(at, stride, all, pairs_.parity[j], cosines[j], sines[j]);
        else
          set_complex(at, stride, pairs_.parity[j], cosines[j], sines[j]);
      }
    }
    return factors;
  }

  /// Sine and cosine of lambda t, times the copies that each pair stands for.
  void turn_phases(double t, std::vector<double>& sines, std::vector<double>& cosines) const {
    for (std::size_t j = 0; j < sines.size(); ++j) sines[j] = pairs_.lambda[j] * t;
    sines_and_cosines(sines, cosines);
    for (std::size_t j = 0; j < sines.size(); ++j) {
      sines[j] *= pairs_.copies[j];
      cosines[j] *= pairs_.copies[j];
    }
  }

  /// Even levels of the whole chain move with the cosine, odd ones with -i sine.
  void set_real(double* at, std::size_t component, std::size_t odd_level, double parity, double cosine, double sine) const {
    at[0] = cosine;
    at[odd_level] = sine;
    if (chain_.data().folded) {
      const bool same = (chain_.data().dim - 1) % 2 == 0;  // the mirror level has the same parity
      at[component] = parity * (same ? cosine : sine);
      at[odd_level + component] = parity * (same ? sine : cosine);
    }
  }

  void set_complex(double* at, std::size_t component, double parity, double cosine, double sine) const {
    at[0] = cosine;
    at[component] = -sine;
    if (chain_.data().folded) {
      at[2 * component] = parity * cosine;
      at[3 * component] = -parity * sine;
    }
  }

  /// Levels are the lanes.
  Collected stream(std::span<const double> times, Detail detail, bool defect, LevelOutput output, const Workers& workers) {
    const std::vector<double> factors = phase_factors(times);
    const StreamTask task{.chain = &chain_.data(),
                          .cache = chain_.cache(),
                          .block = chain_.block(),
                          .pairs = pairs_.view(chain_.boundaries()),
                          .times = static_cast<int>(times.size()),
                          .components = components(),
                          .factors = factors.data(),
                          .observables = detail != Detail::slopes};
    return collect(
        {times.size(), detail, defect, output, workers, kernel_set().stream_scratch(task)},
        [&](std::int64_t s, const StreamResult& result, double* scratch) { kernel_set().stream(task, s, result, scratch); });
  }

  /// Times are the lanes.
  Collected stream_many(std::span<const double> times, Detail detail, LevelOutput output, const Workers& workers) {
    Eigenpairs& pairs = chain_.data().folded ? by_parity_ : pairs_;
    const auto lanes = static_cast<std::size_t>(kernel_set().time_lanes);
    const std::size_t padded = (times.size() + lanes - 1) / lanes * lanes;
    const PhaseTable phases(pairs, times, padded, chain_.data().constant_diagonal ? 1.0 : -1.0);
    const TimesTask task{.chain = &chain_.data(),
                         .cache = chain_.cache(),
                         .block = chain_.block(),
                         .pairs = pairs.view(chain_.boundaries()),
                         .even = even_pairs_,
                         .times = static_cast<int>(padded),
                         .wanted_times = static_cast<int>(times.size()),
                         .cosines = phases.cosines.data(),
                         .sines = phases.sines.data(),
                         .currents = detail != Detail::populations,
                         .roots = detail != Detail::populations};
    return collect(
        {times.size(), detail, false, output, workers, kernel_set().stream_times_scratch(task)},
        [&](std::int64_t s, const StreamResult& result, double* scratch) { kernel_set().stream_times(task, s, result, scratch); });
  }

  /// Where the levels of each time begin, each of so many doubles; empty where nothing is wanted.
  [[nodiscard]] std::vector<double*> rows_of(double* levels, std::size_t times, std::size_t doubles = 1) const {
    std::vector<double*> rows(levels == nullptr ? 0 : times);
    for (std::size_t t = 0; t < rows.size(); ++t) rows[t] = levels + t * doubles * static_cast<std::size_t>(chain_.data().dim);
    return rows;
  }

  /// What some times ask of the superblocks.
  struct Wanted {
    std::size_t times;
    Detail detail;
    bool defect;
    LevelOutput output;
    const Workers& workers;
    std::size_t scratch_size;
  };

  /// kernel(superblock, result, scratch) for all superblocks.
  template <class Kernel>
  Collected collect(const Wanted& wanted, const Kernel& kernel) const {
    const bool ranked = wanted.detail == Detail::observables;
    const std::vector<double*> population_rows = rows_of(wanted.output.populations, wanted.times);
    // A complex number is its two parts one behind the other.
    const std::vector<double*> amplitude_rows = rows_of(reinterpret_cast<double*>(wanted.output.amplitudes), wanted.times, 2);
    Collected collected(superblocks(), wanted.times);
    for (std::size_t t = 0; ranked && t < wanted.times; ++t) collected.rankings.emplace_back(chain_.data().dim, superblocks());
    const std::size_t scratch_size = whole_lines(wanted.scratch_size);
    const AlignedDoubles scratch(scratch_size * static_cast<std::size_t>(wanted.workers.threads));
    share_out(static_cast<std::int64_t>(superblocks()), wanted.workers, [&](std::int64_t s, int thread) {
      const std::size_t at = static_cast<std::size_t>(s) * wanted.times;
      RankingSource ranking{&collected.rankings, static_cast<std::size_t>(s)};
      const StreamResult result{.low = &collected.low[at],
                                .high = &collected.high[at],
                                .start_defect = wanted.defect ? &collected.defect[at] : nullptr,
                                .populations = population_rows.empty() ? nullptr : population_rows.data(),
                                .amplitudes = amplitude_rows.empty() ? nullptr : amplitude_rows.data(),
                                .last_population = &collected.last_population[at],
                                .significant = ranked ? rank_populations : nullptr,
                                .context = &ranking};
      kernel(s, result, scratch.get() + scratch_size * static_cast<std::size_t>(thread));
    });
    return collected;
  }

  /// The pairs of each parity together, in whole groups.
  void sort_by_parity() {
    const auto lanes = static_cast<std::size_t>(kernel_set().lanes);
    std::vector<std::size_t> order;
    std::vector<bool> real;
    for (const double parity : {1.0, -1.0}) {
      for (std::size_t j = 0; j < static_cast<std::size_t>(pairs_.count); ++j) {
        if (pairs_.parity[j] == parity) {
          order.push_back(j);
          real.push_back(true);
        }
      }
      while (order.size() % lanes != 0) {
        order.push_back(order.back());
        real.push_back(false);
      }
      even_pairs_ = parity > 0.0 ? static_cast<std::int64_t>(order.size()) : even_pairs_;
    }
    by_parity_ = subset(pairs_, order, real, superblocks());
  }

  /// Merges the superblocks of one time in a fixed order.
  [[nodiscard]] StateReport report(const Collected& collected, std::size_t time, std::size_t times, Detail detail) const {
    StateReport r;
    for (std::size_t s = 0; s < superblocks(); ++s) {
      const std::size_t at = s * times + time;
      r.sums = kernels::merge(r.sums, collected.low[at]);
      r.last_population += collected.last_population[at];
    }
    for (std::size_t s = superblocks(); chain_.data().folded && s-- > 0;)
      r.sums = kernels::merge(r.sums, collected.high[s * times + time]);
    r.passive_level = detail == Detail::observables ? collected.rankings[time].passive_level() : nan;
    return r;
  }

  /// Times streamed at once where there are many: their sums over the levels of a part stay in the cache.
  static constexpr std::size_t many_times = 48;
  /// Longer chains would take too much memory for the ranking of so many times.
  static constexpr index most_levels_of_many_times = index{1} << 17;

  SpectralChain chain_;
  Workers workers_;
  mutable std::once_flag joint_is_made_;
  mutable JointCertificate joint_;
  Eigenpairs pairs_;
  Eigenpairs by_parity_;  ///< folded chains, once many times were asked for
  std::int64_t even_pairs_ = 0;
  std::optional<EnergyModel> model_;  ///< once energies were asked for
};

}  // namespace

std::unique_ptr<OneChain> make_spectral_states(const LevelChain& levels, const Workers& workers) {
  SpectralChain chain(levels);
  // The pairs of one superblock take a fraction of a millisecond in several teams, each of which may wait for a busy core.
  const Workers pair_workers = chain.boundaries().size() == 2 ? workers.alone() : workers;
  Eigenpairs pairs = measure_pairs(chain, find_eigenvalues(chain, pair_workers), pair_workers);
  return make_spectral_states(levels, std::move(chain), std::move(pairs), workers);
}

std::unique_ptr<OneChain> make_spectral_states(const LevelChain& levels, SpectralChain chain, Eigenpairs pairs,
                                               const Workers& workers) {
  return std::make_unique<SpectralStates>(levels, std::move(chain), std::move(pairs), workers);
}

}  // namespace qbatt::cpu
