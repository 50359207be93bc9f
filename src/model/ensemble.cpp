#include "model/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace qbatt {
namespace {

constexpr double unit_roundoff = 0x1p-53;
/// Bound on the relative error of a ratio of neighboring weights and of the product with it, in units of unit_roundoff.
constexpr double roundings_of_a_step = 8;

/// A sector while weights are relative to the largest.
struct Candidate {
  Sector sector;
  double steps;  ///< ratios that its weight is a product of
};

/// Candidates, and a bound on the weights of all that are none.
struct Candidates {
  std::vector<Candidate> list;
  double beyond = 0;
};

/// Weights that fall on both sides of their largest faster than any geometric series, as numbers 0 ... last. ratio(i) is that of
/// weight i + 1 to weight i.
template <class Ratio, class Take>
double walk_outward(std::int64_t largest, std::int64_t last, double floor, const Ratio& ratio, const Take& take) {
  double beyond = 0;
  const auto tail = [](double weight, double q) { return q < 1 ? weight * q / (1 - q) : weight; };
  double weight = 1;
  for (std::int64_t i = largest; i <= last; ++i) {
    take(i, weight, static_cast<double>(i - largest));
    const double q = ratio(i);
    if (i < last && weight * q < floor) {
      beyond += tail(weight, q);
      break;
    }
    weight *= q;
  }
  weight = 1;
  for (std::int64_t i = largest; i-- > 0;) {
    const double q = 1 / ratio(i);
    if (weight * q < floor) {
      beyond += tail(weight, q);
      break;
    }
    weight *= q;
    take(i, weight, static_cast<double>(largest - i));
  }
  return beyond;
}

/// Small against the weight that may be dropped, in units of the largest weight of up to max_sectors.
double floor_of(bool superposition) {
  return superposition ? 1e-34 : 1e-24;
}

/// The chains of one ladder of excitations.
Candidates on_one_ladder(const CentralSpin& s) {
  const bool boson = s.charger == Charger::boson;
  const auto spins = static_cast<double>(s.n_c);
  const double odds = s.m / (spins - s.m);
  const bool thermal = s.charger_state == ChargerState::thermal;
  const double largest = thermal ? 0 : boson ? std::floor(s.m) : std::floor((spins + 1) * (s.m / spins));
  const std::int64_t last = boson ? CentralSpin::max_spins : s.n_c;
  const auto ratio = [&](std::int64_t i) {
    const auto n = static_cast<double>(i);
    if (thermal) return s.m / (1 + s.m);
    return boson ? s.m / (n + 1) : (spins - n) / (n + 1) * odds;
  };
  Candidates candidates;
  candidates.beyond =
      walk_outward(std::clamp(static_cast<std::int64_t>(largest), std::int64_t{0}, last), last,
                   floor_of(s.charger_state == ChargerState::coherent), ratio, [&](std::int64_t i, double weight, double steps) {
                     candidates.list.push_back({{s.n_c, i, weight}, steps});
                   });
  return candidates;
}

/// The chains of total spins J = n_c/2 - x. Of each J the heaviest is at one end, m' = 2J where P >= 1/2, m' = 0 where P <= 1/2.
Candidates on_ladders_of_spins(const CentralSpin& s) {
  const auto spins = static_cast<double>(s.n_c);
  const bool down = 2 * s.m < spins;
  // Of a step from the heaviest of a ladder to its neighbor, at most 1.
  const double fall = down ? s.m / (spins - s.m) : (spins - s.m) / s.m;
  // Of the heaviest of J - 1 to that of J. The copies are C(n, x) (n - 2x + 1) / (n - x + 1).
  const auto ratio = [&](std::int64_t i) {
    const auto x = static_cast<double>(i);
    return (spins - 2 * x - 1) * (spins - x + 1) / ((x + 1) * (spins - 2 * x + 1)) * fall;
  };
  const std::int64_t last = s.n_c / 2;
  std::int64_t low = 0;  // the largest is where the ratio falls below 1
  for (std::int64_t high = last; low < high;) {
    const std::int64_t middle = low + (high - low) / 2;
    if (ratio(middle) > 1)
      low = middle + 1;
    else
      high = middle;
  }
  const double floor = floor_of(false);
  Candidates candidates;
  double tails = 0;
  const double ladders = walk_outward(low, last, floor, ratio, [&](std::int64_t x, double heaviest, double steps) {
    const std::int64_t two_j = s.n_c - 2 * x;
    double weight = heaviest;
    for (std::int64_t n = 0; n <= two_j; ++n, weight *= fall) {
      if (weight < floor) {
        tails += weight / (1 - fall);
        break;
      }
      candidates.list.push_back({{two_j, down ? n : two_j - n, weight}, steps + static_cast<double>(n)});
    }
  });
  const double longest = std::min(spins + 1, fall < 1 ? 1 / (1 - fall) : std::numeric_limits<double>::infinity());
  candidates.beyond = tails + ladders * longest;
  return candidates;
}

Candidates candidates_of(const CentralSpin& s) {
  const bool spins = s.charger == Charger::spins;
  if (const std::optional<Sector> only = only_sector(s)) return {.list = {{*only, 0}}};
  return spins && s.charger_state == ChargerState::thermal ? on_ladders_of_spins(s) : on_one_ladder(s);
}

/// Standard deviations beyond which a bell-shaped distribution holds less than what is dropped.
double half_width(const CentralSpin& s) {
  return s.charger_state == ChargerState::coherent ? 10.7 : 8.3;
}

}  // namespace

std::optional<Sector> only_sector(const CentralSpin& s) {
  const bool full = s.charger == Charger::spins && s.m == static_cast<double>(s.n_c);
  if (!s.is_chain() && s.m != 0 && !full) return std::nullopt;
  return Sector{s.n_c, static_cast<std::int64_t>(s.m), 1.0};
}

Ensemble ensemble_of(const CentralSpin& system) {
  Candidates candidates = candidates_of(system);
  std::vector<Candidate>& list = candidates.list;
  std::ranges::stable_sort(
      list, {}, [](const Candidate& c) { return c.sector.weight; });
  const auto weight_of = [](const Candidate& c) { return static_cast<long double>(c.sector.weight); };
  const long double total =
      std::accumulate(list.begin(), list.end(), 0.0L, [&](long double sum, const Candidate& c) { return sum + weight_of(c); });
  const bool superposition = system.charger_state == ChargerState::coherent;
  const long double limit = total * (superposition ? 1e-26L : 1e-16L);
  auto left_out = static_cast<long double>(candidates.beyond);
  std::size_t first = 0;
  while (first + 1 < list.size() && left_out + weight_of(list[first]) < limit) left_out += weight_of(list[first++]);
  Ensemble ensemble{.sectors = {}, .superposition = superposition, .dropped = static_cast<double>(left_out / total)};
  double sum = 0;
  for (const Candidate& c : std::span(list).subspan(first)) {
    Sector sector = c.sector;
    sector.weight = static_cast<double>(weight_of(c) / total);
    const double relative = list.size() == 1 ? 0 : 2 * unit_roundoff * (1 + roundings_of_a_step * c.steps);
    sum += sector.weight * (superposition ? relative * relative : relative);
    ensemble.sectors.push_back(sector);
  }
  ensemble.dropped *= 1 + 1e-10;  // the weights that it is made of are rounded too
  ensemble.rounding = superposition ? std::sqrt(sum) : sum;
  std::ranges::sort(ensemble.sectors, [](const Sector& a, const Sector& b) { return a.n_c != b.n_c ? a.n_c > b.n_c : a.m < b.m; });
  return ensemble;
}

std::int64_t dim_of(const CentralSpin& system, const Ensemble& ensemble) {
  return std::min(system.n_b, std::ranges::max(ensemble.sectors, {}, &Sector::m).m) + 1;
}

std::int64_t levels_of(const CentralSpin& system, const Ensemble& ensemble) {
  return std::accumulate(
      ensemble.sectors.begin(), ensemble.sectors.end(), std::int64_t{0},
      [&](std::int64_t sum, const Sector& sector) { return sum + std::min(system.n_b, sector.m) + 1; });
}

double estimated_sectors(const CentralSpin& s) {
  if (s.is_chain()) return 1;
  if (s.charger == Charger::boson)
    return s.charger_state == ChargerState::thermal
               ? 1 + 37 * (s.m + 1)
               : std::min(s.m, half_width(s) * std::sqrt(s.m)) + half_width(s) * std::sqrt(s.m) + 20;
  const auto spins = static_cast<double>(s.n_c);
  const double up = s.m / spins;
  const double width = 2 * half_width(s) * std::sqrt(spins * up * (1 - up)) + 20;
  const double across = std::min(spins + 1, width);
  if (s.charger_state != ChargerState::thermal) return across;
  const double fall = std::abs(std::log(up / (1 - up)));
  const double longest = std::min(spins, std::abs(2 * up - 1) * spins + across) + 1;  // 2J + 1
  return std::min(0.5 * spins + 1, across) * std::min(longest, 37 / fall + 1);
}

CentralSpin system_of(const CentralSpin& system, const Sector& sector) {
  CentralSpin one = system;
  one.n_c = sector.n_c;
  one.m = static_cast<double>(sector.m);
  one.charger_state = ChargerState::dicke;
  return one;
}

}  // namespace qbatt
