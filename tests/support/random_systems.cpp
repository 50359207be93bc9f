#include "support/random_systems.hpp"

#include <algorithm>
#include <cmath>

namespace qbatt::test {
namespace {

// Sizes spread over the orders of magnitude, so that small chains, where the corner cases live, are not rare.
std::int64_t random_size(Random& random, std::int64_t largest) {
  const double size = std::exp(random.uniform(0, std::log(static_cast<double>(largest) + 1)));
  return std::clamp(static_cast<std::int64_t>(size), std::int64_t{1}, largest);
}

double spread_of_start(const CentralSpin& s) {
  const double levels = static_cast<double>(s.n_b) * s.m * (static_cast<double>(s.n_c) - s.m + 1);
  return std::abs(s.coupling) * std::sqrt(levels);
}

}  // namespace

CentralSpin random_system(Random& random, Kind kind, std::int64_t max_dim) {
  const double unit = std::exp(random.uniform(-std::log(30), std::log(30)));
  const double sign = random.integer(0, 1) == 0 ? 1 : -1;
  CentralSpin s;
  s.n_b = random_size(random, max_dim - 1);
  s.n_c = kind == Kind::mirrored_ising ? s.n_b : random_size(random, 2 * max_dim);
  s.m = static_cast<double>(random.integer(0, 2) == 0 ? s.n_c : random.integer(1, s.n_c));
  s.coupling = sign * unit;
  s.omega_b = unit * random.uniform(0.5, 2);
  s.omega_c = s.omega_b;
  if (kind == Kind::detuned || kind == Kind::weak_ising || kind == Kind::strong_ising)
    s.omega_c += spread_of_start(s) * random.uniform(-0.3, 0.3);
  const double ising_sign = random.integer(0, 1) == 0 ? 1 : -1;
  if (kind == Kind::weak_ising) s.ising = ising_sign * unit * random.uniform(0, 1);
  if (kind == Kind::strong_ising) s.ising = ising_sign * unit * random.uniform(1, 3);
  if (kind == Kind::mirrored_ising) s.ising = ising_sign * unit * random.uniform(0, 3);
  return s;
}

std::vector<CentralSpin> random_systems(std::uint64_t seed, std::size_t count, std::int64_t max_dim) {
  constexpr Kind kinds[] = {Kind::resonant, Kind::detuned, Kind::weak_ising, Kind::strong_ising, Kind::mirrored_ising};
  Random random(seed);
  std::vector<CentralSpin> systems;
  for (std::size_t i = 0; i < count; ++i) systems.push_back(random_system(random, kinds[i % std::size(kinds)], max_dim));
  return systems;
}

std::vector<CentralSpin> wild_systems(std::uint64_t seed, std::size_t count, std::int64_t max_dim, double largest) {
  Random random(seed);
  const auto parameter = [&] {
    const double size = random.uniform(-1, 1) * std::exp(random.uniform(0, std::log(largest)));
    return random.integer(0, 2) == 0 ? 0 : size;
  };
  std::vector<CentralSpin> systems;
  for (std::size_t i = 0; i < count; ++i) {
    CentralSpin s{.n_b = random.integer(1, max_dim - 1), .n_c = random.integer(1, 2 * max_dim)};
    if (random.integer(0, 3) == 0) s.n_c = s.n_b;
    s.m = static_cast<double>(random.integer(1, s.n_c));
    s.omega_c = s.omega_b + spread_of_start(s) * parameter();
    s.ising = parameter();
    systems.push_back(s);
  }
  return systems;
}

}  // namespace qbatt::test
