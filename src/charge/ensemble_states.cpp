#include "charge/ensemble_states.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <utility>
#include <variant>

#include "charge/first_peak.hpp"
#include "charge/global_optimum.hpp"
#include "kernels/certificate.hpp"
#include "kernels/ergotropy.hpp"
#include "kernels/state.hpp"
#include "model/stop.hpp"

namespace qbatt {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// A state over two numbers of excitations, Psi_{k,q}: column q holds all k.
class JointState {
public:
  JointState(std::size_t levels, std::int64_t first_q, std::int64_t last_q)
      : levels_(levels), first_q_(first_q), matrix_(levels * static_cast<std::size_t>(last_q - first_q + 1)) {}

  /// The share of the sector of M excitations.
  void add(std::int64_t m, double amplitude, std::span<const std::complex<double>> psi) {
    for (std::size_t k = 0; k < psi.size(); ++k) {
      const auto column = static_cast<std::size_t>(m - static_cast<std::int64_t>(k) - first_q_);
      matrix_[column * levels_ + k] = amplitude * psi[k];
    }
  }

  /// |<S^->|, S^- |k> = sqrt(k (n_b - k + 1)) |k - 1>.
  [[nodiscard]] double lowering(std::int64_t n_b) const {
    std::complex<double> sum = 0.0;
    for (std::size_t k = 0; k + 1 < levels_; ++k) {
      std::complex<double> coherence = 0.0;
      for (std::size_t at = k; at < matrix_.size(); at += levels_) coherence += matrix_[at + 1] * std::conj(matrix_[at]);
      const auto level = static_cast<double>(k);
      sum += std::sqrt((level + 1.0) * (static_cast<double>(n_b) - level)) * coherence;
    }
    return std::abs(sum);
  }

  /// The eigenvalues of the density matrix of the battery, falling.
  [[nodiscard]] std::vector<double> eigenvalues(const SingularValues& singular_values) const {
    std::vector<double> values = singular_values(matrix_, levels_, matrix_.size() / levels_);
    for (double& value : values) value *= value;
    return values;
  }

private:
  std::size_t levels_;
  std::int64_t first_q_;
  std::vector<std::complex<double>> matrix_;
};

/// Puts the eigenvalues of the density matrix in the place of the populations, where it is they that matter.
Coherence put_spectrum(StateReport& report, const std::vector<double>& eigenvalues) {
  Coherence coherence{.passive_level = report.passive_level};
  kernels::StateSums sums;
  for (const double r : eigenvalues) kernels::add_information(sums, r);
  kernels::put_information(report.sums, sums);
  report.passive_level = kernels::passive_level(eigenvalues.data(), static_cast<kernels::index>(eigenvalues.size()));
  const double others = std::accumulate(eigenvalues.rbegin(), eigenvalues.rend() - 1, 0.0);
  if (others >= least_charge) return coherence;
  const double level = report.sums.mean * report.sums.norm;
  coherence.little = LittleCharge::of(eigenvalues);
  coherence.little->ergotropy = std::max(0.0, level - report.passive_level);
  coherence.little->ergotropy_full = std::max(0.0, level - others);
  return coherence;
}

}  // namespace

EnsembleStates::EnsembleStates(std::span<const EnsembleOfChains> systems, Sectors& sectors, const Request& request,
                               const SingularValues& singular_values)
    : systems_(systems),
      sectors_(sectors),
      request_(request),
      singular_values_(singular_values),
      superposed_(systems.front().ensemble.superposition) {
  plan_visits();
}

void EnsembleStates::plan_visits() {
  visits_.resize(sectors_.units());
  for (std::size_t row = 0; row < systems_.size(); ++row) {
    for (std::size_t s = 0; s < systems_[row].chains.size(); ++s) {
      const Sectors::Place at = sectors_.place(systems_[row].chains[s]);
      if (at.unit == Sectors::Place::nowhere) continue;
      std::vector<Visit>& visits = visits_[at.unit];
      if (visits.empty() || visits.back().row != row) visits.push_back({row, {}});
      visits.back().visitors.push_back({s, at.place});
    }
  }
}

double EnsembleStates::scale(std::size_t row, std::size_t sector) const {
  const EnsembleOfChains& system = systems_[row];
  return sectors_.chain(system.chains[sector]).rabi / system.shape.rabi;
}

double EnsembleStates::weight(std::size_t row, std::size_t sector) const {
  return systems_[row].ensemble.sectors[sector].weight;
}

/// visit(sector, states of its unit, its place there) for the sectors that move; false where one has no states, which ends it.
template <class Visiting>
bool EnsembleStates::visit_moving(std::size_t row, const Visiting& visit) const {
  const std::vector<std::size_t>& chains = systems_[row].chains;
  for (std::size_t s = 0; s < chains.size(); ++s) {
    if (!sectors_.moves(chains[s])) continue;
    const Sectors::Unit& unit = sectors_.unit_of(chains[s]);
    if (unit.states == nullptr) return false;
    visit(s, *unit.states, sectors_.place(chains[s]).place);
  }
  return true;
}

/// The sum of w share(sector, states of its unit, its place there) over them; NaN where one has no states.
template <class Share>
double EnsembleStates::sum_over(std::size_t row, const Share& share) const {
  double sum = 0.0;
  const bool all = visit_moving(
      row, [&](std::size_t s, const States& states, std::size_t place) { sum += weight(row, s) * share(s, states, place); });
  return all ? sum : no_number;
}

std::int64_t EnsembleStates::pairs(std::size_t row) const {
  std::int64_t pairs = 0;
  for (const std::size_t chain : systems_[row].chains)
    if (sectors_.solved(chain) && sectors_.moves(chain))
      pairs += sectors_.unit_of(chain).states->pairs(sectors_.place(chain).place);
  return pairs;
}

bool EnsembleStates::solved(std::size_t row) const {
  return std::ranges::all_of(
      systems_[row].chains, [&](std::size_t chain) { return sectors_.solved(chain); });
}

double EnsembleStates::error_bound(std::size_t row, double t) const {
  const Ensemble& ensemble = systems_[row].ensemble;
  const double of_sums = kernels::unit_roundoff * static_cast<double>(ensemble.sectors.size() + 2);
  if (!superposed_) {
    const double x = sum_over(row, [&](std::size_t s, const States& states, std::size_t place) {
      const double e = states.error_bound(place, t * scale(row, s));
      return e * (2.0 + e);
    });
    const double all = x + ensemble.dropped + ensemble.rounding + of_sums;
    return all / (1.0 + std::sqrt(1.0 + all));
  }
  const double square = sum_over(row, [&](std::size_t s, const States& states, std::size_t place) {
    const double own_t = t * scale(row, s);
    const double e = states.error_bound(place, own_t) + states.phase_error(place, own_t);
    return e * e;
  });
  return std::sqrt(square + ensemble.dropped) + ensemble.rounding + of_sums;
}

double EnsembleStates::pair_defect(std::size_t row, double t) const {
  return sum_over(
      row, [&](std::size_t s, const States& states, std::size_t place) { return states.pair_defect(place, t * scale(row, s)); });
}

bool EnsembleStates::refused(std::size_t row, double t) const {
  return !refused_chains(row, t).empty();
}

std::vector<std::size_t> EnsembleStates::refused_chains(std::size_t row, double t) const {
  const EnsembleOfChains& system = systems_[row];
  std::vector<std::size_t> chains;
  std::ranges::copy_if(system.chains, std::back_inserter(chains), [&](std::size_t chain) { return !sectors_.solved(chain); });
  if (!chains.empty()) return chains;
  for (std::size_t s = 0; s < system.chains.size(); ++s) {
    const std::size_t chain = system.chains[s];
    if (!sectors_.moves(chain)) continue;
    const double own_t = (std::isfinite(t) ? t : 0.0) * scale(row, s);
    if (sectors_.unit_of(chain).states->refused(sectors_.place(chain).place, own_t)) chains.push_back(chain);
  }
  return chains;
}

Solver EnsembleStates::solver(std::size_t row) const {
  Solver last = Solver::automatic;
  std::size_t highest = 0;
  for (const std::size_t chain : systems_[row].chains) {
    if (!sectors_.moves(chain) || (last != Solver::automatic && sectors_.rung(chain) <= highest)) continue;
    highest = sectors_.rung(chain);
    last = sectors_.unit_of(chain).method.solver;
  }
  return last;
}

double EnsembleStates::bandwidth(std::size_t row) const {
  struct Share {
    double bandwidth;
    double variance;  // w a_0^2
  };
  std::vector<Share> shares;
  double all = 0.0;
  visit_moving(row, [&](std::size_t s, const States& states, std::size_t place) {
    const double a_0 = scale(row, s);
    shares.push_back({states.bandwidth(place) * a_0, weight(row, s) * a_0 * a_0});
    all += shares.back().variance;
  });
  std::ranges::sort(shares, std::greater(), &Share::bandwidth);
  double outside = 0.0;
  for (const Share& share : shares)
    if ((outside += share.variance) > kernels::bandwidth_tail * all) return share.bandwidth;
  return 1.0;
}

std::optional<EnergyStandIn> EnsembleStates::stand_in(std::size_t row) {
  EnergyStandIn all{.longest_time = std::numeric_limits<double>::infinity()};
  bool any = false;
  visit_moving(row, [&](std::size_t s, States& states, std::size_t place) {
    if (const std::optional<EnergyStandIn> own = states.stand_in(place)) {
      any = true;
      all.longest_time = std::min(all.longest_time, own->longest_time / scale(row, s));
      all.errors.energy += weight(row, s) * own->errors.energy;
      all.errors.slope += weight(row, s) * own->errors.slope * scale(row, s);
    }
  });
  return any ? std::optional(all) : std::nullopt;
}

EnergySignal EnsembleStates::signal(std::size_t row, double window) const {
  const EnsembleOfChains& system = systems_[row];
  EnergySignal all{.range = static_cast<double>(system.shape.dim - 1)};
  double moving = 0.0;
  for (std::size_t s = 0; s < system.chains.size(); ++s) {
    if (!sectors_.moves(system.chains[s])) continue;
    const EnergySignal own = energy_signal(sectors_.chain(system.chains[s]), window);
    const double a_0 = scale(row, s);
    all.window += weight(row, s) * own.window / a_0;
    all.sixth_derivative += weight(row, s) * own.sixth_derivative * std::pow(a_0, 6);
    moving += weight(row, s);
  }
  all.window /= moving;
  return all;
}

/// The search of one system, by any rule.
class EnsembleStates::Search {
public:
  Search(EnsembleStates& states, std::size_t row, OptimumRule rule, double window) : row_(row), stand_in_(states.stand_in(row)) {
    if (!states.solved(row)) return;
    if (rule != OptimumRule::global) {
      search_.emplace<FirstPeakSearch>(peak_of(rule), states.bandwidth(row), stand_in_.has_value());
      return;
    }
    const EnergySignal signal = states.signal(row, window);
    const bool usable = stand_in_ && stand_in_->longest_time >= signal.window;
    search_.emplace<GlobalOptimumSearch>(signal, usable ? std::optional(stand_in_->errors) : std::nullopt);
  }

  [[nodiscard]] std::size_t row() const { return row_; }
  [[nodiscard]] bool finished() const {
    return visit([](const auto& search) { return search.finished(); }, true);
  }
  [[nodiscard]] bool wants_exact() const {
    return visit([](const auto& search) { return search.wants_exact(); }, true);
  }
  [[nodiscard]] std::span<const double> times() const {
    return visit([](const auto& search) { return search.times(); }, std::span<const double>());
  }
  /// Room for a sample for each of times().
  [[nodiscard]] std::span<EnergySample> room() {
    samples_.resize(times().size());
    return samples_;
  }

  /// The samples that are there now.
  void absorb() {
    if (!wants_exact() && !(times().back() <= stand_in_->longest_time))
      std::ranges::fill(samples_, EnergySample{no_number, no_number, no_number, no_number});
    if (auto* const first = std::get_if<FirstPeakSearch>(&search_)) first->absorb(samples_);
    if (auto* const global = std::get_if<GlobalOptimumSearch>(&search_)) global->absorb(samples_);
  }

  [[nodiscard]] Optimum optimum() const {
    if (const auto* const first = std::get_if<FirstPeakSearch>(&search_)) return {.t = first->peak(), .reach = first->peak()};
    const auto* const global = std::get_if<GlobalOptimumSearch>(&search_);
    return global == nullptr ? Optimum{.failure = Failure::range} : global->optimum();
  }

private:
  template <class Ask, class Value>
  [[nodiscard]] Value visit(const Ask& ask, Value nothing) const {
    if (const auto* const first = std::get_if<FirstPeakSearch>(&search_)) return ask(*first);
    if (const auto* const global = std::get_if<GlobalOptimumSearch>(&search_)) return ask(*global);
    return nothing;
  }

  std::size_t row_;
  std::optional<EnergyStandIn> stand_in_;
  std::variant<std::monostate, FirstPeakSearch, GlobalOptimumSearch> search_;  ///< nothing where there are no states
  std::vector<EnergySample> samples_;
};

std::vector<Optimum> EnsembleStates::search(OptimumRule rule, double window) {
  // What is made when it is first asked for is made on all threads.
  sectors_.each_unit([](std::size_t, Sectors::Unit& unit) {
    for (std::size_t place = 0; place < unit.chains.size(); ++place) static_cast<void>(unit.states->stand_in(place));
  });
  std::vector<Search> searches;
  searches.reserve(count());
  for (std::size_t row = 0; row < count(); ++row) searches.emplace_back(*this, row, rule, window);
  const Detail detail = rule == OptimumRule::global ? Detail::sums : kernels::detail_of_search(peak_of(rule));
  while (true) {
    throw_if_stopped(request_);
    std::vector<Wanted> wanted;
    for (Search& search : searches)
      if (!search.finished()) wanted.push_back({search.row(), search.times(), search.wants_exact(), search.room()});
    if (wanted.empty()) break;
    fill_energies(wanted, detail);
    for (Search& search : searches)
      if (!search.finished()) search.absorb();
  }
  std::vector<Optimum> optima;
  optima.reserve(searches.size());
  for (const Search& search : searches) optima.push_back(search.optimum());
  return optima;
}

void EnsembleStates::fill_energies(std::span<const Wanted> wanted, Detail detail) {
  constexpr std::size_t most_samples = std::size_t{1} << 21;  // of single sectors that are held
  std::size_t sectors = 0;
  std::size_t times = 0;
  for (const Wanted& w : wanted) {
    sectors += systems_[w.row].chains.size();
    times = std::max(times, w.times.size());
  }
  const std::size_t width = std::max<std::size_t>(most_samples / sectors, 8);
  for (std::size_t begin = 0; begin < times; begin += width) fill_energies_at_once(wanted, detail, begin, width);
}

/// What the sectors of one system, those that move, say of some times that its search wants.
struct EnsembleStates::Part {
  bool exact = false;
  std::span<const double> times;      // none where it waits for nothing
  std::vector<EnergySample> samples;  // [sector][time]

  [[nodiscard]] std::span<EnergySample> of(std::size_t sector) {
    return std::span(samples).subspan(sector * times.size(), times.size());
  }
};

/// One system after the other.
void EnsembleStates::ask_in_turn(std::size_t number, Sectors::Unit& unit, Detail detail, std::span<Part> parts) const {
  std::vector<double> t;
  std::vector<EnergySample> samples;
  for (const Visit& visit : visits_[number]) {
    Part& part = parts[visit.row];
    const std::size_t times = part.times.size();
    if (times == 0) continue;
    t.assign(unit.chains.size() * times, no_number);
    samples.resize(t.size());
    for (const Visitor& visitor : visit.visitors)
      std::ranges::transform(part.times, t.begin() + static_cast<std::ptrdiff_t>(visitor.place * times),
                             [a_0 = scale(visit.row, visitor.sector)](double time) { return time * a_0; });
    unit.states->energies({.t = t, .times = times, .exact = part.exact, .detail = detail, .samples = samples});
    for (const Visitor& visitor : visit.visitors)
      std::ranges::copy(std::span(samples).subspan(visitor.place * times, times), part.of(visitor.sector).begin());
  }
}

/// All systems that want as many times.
void EnsembleStates::ask_at_once(std::size_t number, Sectors::Unit& unit, Detail detail, std::span<Part> parts) const {
  struct Lists {
    std::vector<double> t;
    std::vector<std::size_t> chains;
    std::vector<std::span<EnergySample>> samples;
  };
  std::map<std::pair<std::size_t, bool>, Lists> by_times;  // and by exact
  for (const Visit& visit : visits_[number]) {
    Part& part = parts[visit.row];
    if (part.times.empty()) continue;
    Lists& lists = by_times[{part.times.size(), part.exact}];
    for (const Visitor& visitor : visit.visitors) {
      const double a_0 = scale(visit.row, visitor.sector);
      for (const double time : part.times) lists.t.push_back(time * a_0);
      lists.chains.push_back(visitor.place);
      lists.samples.push_back(part.of(visitor.sector));
    }
  }
  for (const auto& [kind, lists] : by_times) {
    const auto [times, exact] = kind;
    std::vector<EnergySample> samples(lists.t.size());
    unit.states->energies(
        {.t = lists.t, .times = times, .exact = exact, .detail = detail, .samples = samples, .chains = lists.chains});
    for (std::size_t i = 0; i < lists.samples.size(); ++i)
      std::ranges::copy(std::span(samples).subspan(i * times, times), lists.samples[i].begin());
  }
}

/// Times number begin, ..., begin + width - 1 of each list.
void EnsembleStates::fill_energies_at_once(std::span<const Wanted> wanted, Detail detail, std::size_t begin, std::size_t width) {
  std::vector<Part> parts(count());
  std::vector<std::span<EnergySample>> sums(count());
  for (const Wanted& w : wanted) {
    if (begin >= w.times.size()) continue;
    Part& part = parts[w.row];
    part.exact = w.exact;
    part.times = w.times.subspan(begin, std::min(width, w.times.size() - begin));
    part.samples.assign(systems_[w.row].chains.size() * part.times.size(), {});
    sums[w.row] = w.samples.subspan(begin, part.times.size());
  }
  sectors_.each_unit([&](std::size_t number, Sectors::Unit& unit) {
    if (unit.states->takes_lists())
      ask_at_once(number, unit, detail, parts);
    else
      ask_in_turn(number, unit, detail, parts);
  });
  for (std::size_t row = 0; row < parts.size(); ++row) add_up(row, parts[row], sums[row]);
}

/// The weighted sums over the sectors, in the units of the system.
void EnsembleStates::add_up(std::size_t row, Part& part, std::span<EnergySample> sums) const {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = {part.times[i], 0.0, 0.0, 0.0};
  for (std::size_t s = 0; s < systems_[row].chains.size() && !sums.empty(); ++s) {
    if (!sectors_.moves(systems_[row].chains[s])) continue;
    const double w = weight(row, s);
    const double a_0 = scale(row, s);
    const std::span<const EnergySample> own = part.of(s);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i].energy += w * own[i].energy;
      sums[i].slope += w * a_0 * own[i].slope;
      sums[i].curvature += w * a_0 * a_0 * own[i].curvature;
    }
  }
}

void EnsembleStates::evaluate(const Sampling& sampling) {
  constexpr std::size_t most_numbers = std::size_t{1} << 23;  // of single sectors that are held
  for (std::size_t row = 0; row < count(); ++row) {
    std::size_t levels = 0;
    for (const std::size_t chain : systems_[row].chains) levels += static_cast<std::size_t>(sectors_.chain(chain).dim);
    const std::size_t width = std::max<std::size_t>(most_numbers / levels, 1);
    for (std::size_t begin = 0; begin < sampling.times; begin += width) {
      throw_if_stopped(request_);
      evaluate_row(row, sampling, begin, std::min(width, sampling.times - begin));
    }
  }
}

/// What the sectors of a system say of some of its times.
class EnsembleStates::Slab {
public:
  Slab(const EnsembleStates& states, std::size_t row, std::span<const double> times, bool amplitudes)
      : system_(states.systems_[row]), sectors_(states.sectors_), times_(times), reports_(system_.chains.size() * times.size()) {
    std::size_t levels = 0;
    first_level_.reserve(system_.chains.size());
    for (const std::size_t chain : system_.chains) {
      first_level_.push_back(levels * times.size());
      levels += this->levels(chain);
    }
    populations_.resize(levels * times.size());
    amplitudes_.resize(amplitudes ? populations_.size() : 0);
  }

  /// Asks a unit for its chains.
  void ask(Sectors::Unit& unit, const EnsembleStates& states, const Visit& visit, Detail detail, bool uniform) {
    const std::size_t times = times_.size();
    std::vector<double> t(unit.chains.size() * times, no_number);
    std::vector<StateReport> reports(t.size());
    std::vector<double*> populations(unit.chains.size());
    std::vector<std::complex<double>*> amplitudes(amplitudes_.empty() ? 0 : unit.chains.size());
    std::vector<double> unwanted;
    std::vector<std::complex<double>> unwanted_amplitudes;
    if (visit.visitors.size() < unit.chains.size()) {
      std::size_t most = 0;
      for (const std::size_t chain : unit.chains) most = std::max(most, times * levels(chain));
      unwanted.resize(most);
      unwanted_amplitudes.resize(amplitudes.empty() ? 0 : most);
      std::ranges::fill(populations, unwanted.data());
      std::ranges::fill(amplitudes, unwanted_amplitudes.data());
    }
    for (const Visitor& visitor : visit.visitors) {
      const double a_0 = states.scale(visit.row, visitor.sector);
      for (std::size_t i = 0; i < times; ++i) t[visitor.place * times + i] = times_[i] * a_0;
      populations[visitor.place] = populations_.data() + first_level_[visitor.sector];
      if (!amplitudes.empty()) amplitudes[visitor.place] = amplitudes_.data() + first_level_[visitor.sector];
    }
    unit.states->evaluate({.t = t,
                           .times = times,
                           .detail = detail,
                           .uniform = uniform,
                           .reports = reports,
                           .populations = populations,
                           .amplitudes = amplitudes});
    for (const Visitor& visitor : visit.visitors)
      std::copy_n(reports.begin() + static_cast<std::ptrdiff_t>(visitor.place * times), times,
                  reports_.begin() + static_cast<std::ptrdiff_t>(visitor.sector * times));
  }

  /// Adds the populations of the system at time number i to `sums`.
  void add_populations(std::size_t i, std::span<double> sums) const {
    for (std::size_t s = 0; s < system_.chains.size(); ++s) {
      const double w = system_.ensemble.sectors[s].weight;
      if (!sectors_.moves(system_.chains[s])) {
        sums[0] += w;
        continue;
      }
      const std::size_t count = levels(system_.chains[s]);
      const double* const p = populations_.data() + first_level_[s] + i * count;
      for (std::size_t k = 0; k < count; ++k) sums[k] += w * p[k];
    }
  }

  /// d<k>/dt and its derivative.
  void add_flow(const EnsembleStates& states, std::size_t row, std::size_t i, kernels::StateSums& sums) const {
    for (std::size_t s = 0; s < system_.chains.size(); ++s) {
      if (!sectors_.moves(system_.chains[s])) continue;
      const kernels::StateSums& own = reports_[s * times_.size() + i].sums;
      const double a_0 = states.scale(row, s);
      sums.flow += states.weight(row, s) * a_0 * own.flow;
      sums.flow_change += states.weight(row, s) * a_0 * a_0 * own.flow_change;
    }
  }

  [[nodiscard]] JointState joint_state(std::size_t i) const {
    const std::vector<Sector>& sectors = system_.ensemble.sectors;
    const std::int64_t highest = system_.shape.dim - 1;
    JointState joint(static_cast<std::size_t>(system_.shape.dim), std::max<std::int64_t>(sectors.front().m - highest, 0),
                     sectors.back().m);
    const std::complex<double> start = 1.0;
    for (std::size_t s = 0; s < sectors.size(); ++s) {
      const std::size_t count = levels(system_.chains[s]);
      const std::complex<double>* const psi = amplitudes_.data() + first_level_[s] + i * count;
      joint.add(sectors[s].m, std::sqrt(sectors[s].weight),
                sectors_.moves(system_.chains[s]) ? std::span(psi, count) : std::span(&start, 1));
    }
    return joint;
  }

private:
  [[nodiscard]] std::size_t levels(std::size_t chain) const { return static_cast<std::size_t>(sectors_.chain(chain).dim); }

  const EnsembleOfChains& system_;
  const Sectors& sectors_;
  std::span<const double> times_;
  std::vector<std::size_t> first_level_;          // of each sector in what follows
  std::vector<double> populations_;               // [sector][time][level]
  std::vector<std::complex<double>> amplitudes_;  // likewise, of superpositions
  std::vector<StateReport> reports_;              // [sector][time]
};

void EnsembleStates::evaluate_row(std::size_t row, const Sampling& sampling, std::size_t begin, std::size_t width) {
  const std::size_t first = row * sampling.times + begin;
  const bool coherent = superposed_ && !sampling.coherences.empty();
  const auto levels = static_cast<std::size_t>(systems_[row].shape.dim);
  Slab slab(*this, row, sampling.t.subspan(first, width), coherent);
  const Detail detail = sampling.detail == Detail::observables ? Detail::sums : sampling.detail;
  sectors_.each_unit([&](std::size_t number, Sectors::Unit& unit) {
    const auto visit = std::ranges::lower_bound(visits_[number], row, {}, &Visit::row);
    if (visit != visits_[number].end() && visit->row == row) slab.ask(unit, *this, *visit, detail, sampling.uniform);
  });
  sectors_.each(width, [&](std::size_t i) {
    std::vector<double> populations(levels, 0.0);
    slab.add_populations(i, populations);
    StateReport& report = sampling.reports[first + i];
    report = report_of_populations(populations, sampling.detail);
    slab.add_flow(*this, row, i, report.sums);
    if (!sampling.populations.empty()) std::ranges::copy(populations, sampling.populations[row] + (begin + i) * levels);
    if (!coherent) return;
    const JointState joint = slab.joint_state(i);
    Coherence& coherence = sampling.coherences[first + i];
    coherence = put_spectrum(report, joint.eigenvalues(singular_values_));
    coherence.lowering = joint.lowering(systems_[row].system->n_b);
  });
}

}  // namespace qbatt
