#include <fmt/format.h>
#include <fmt/os.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "qbatt/solve.hpp"
#include "qbatt/version.hpp"

// The plane: the optimum of every battery up to N x N spins at resonance with a full charger, and which charger is best for each
// battery. Three checks: every row is `ok`; the dynamics is the same when N_b and N_c are swapped, within both bounds; a random
// sample agrees with the dense solver within both bounds.
//
//   qbatt_plane FOLDER [N = 2000] [SAMPLE = 1000]
//
// writes plane.json (the record), plane_best_charger.csv and plane_map.csv (a part of the plane, for a picture) into FOLDER.
namespace {

using namespace qbatt;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What is kept of a row.
struct Point {
  double energy_per_cell;
  double t_opt;
  double entropy;
  double error_bound;
};

/// The bound on the energy per cell that follows from the bound on the state.
double energy_error(double bound) {
  return 2.0 * bound + bound * bound;
}

class Plane {
public:
  explicit Plane(std::int64_t largest) : largest_(largest), points_(static_cast<std::size_t>(largest * largest)) {}

  void solve_all() {
    const Clock::time_point start = Clock::now();
    for (std::int64_t n_b = 1; n_b <= largest_; ++n_b) {
      solve_row(n_b);
      if (n_b % 100 == 0) fmt::print(stderr, "N_b = {} of {}, {:.0f} s\n", n_b, largest_, seconds_since(start));
    }
    seconds_ = seconds_since(start);
  }

  [[nodiscard]] std::int64_t largest() const { return largest_; }
  [[nodiscard]] double seconds() const { return seconds_; }
  [[nodiscard]] std::int64_t not_ok() const { return not_ok_; }
  [[nodiscard]] const Point& at(std::int64_t n_b, std::int64_t n_c) const {
    return points_[static_cast<std::size_t>((n_b - 1) * largest_ + n_c - 1)];
  }
  [[nodiscard]] double largest_bound() const { return std::ranges::max_element(points_, {}, &Point::error_bound)->error_bound; }

  /// The number of pairs (N_b, N_c), (N_c, N_b) whose stored energies differ by more than their bounds allow. The energy is N_b
  /// times the energy per cell; rounding adds a few units in the last place.
  [[nodiscard]] std::int64_t asymmetric() const {
    constexpr double rounding = 4e-16;
    std::int64_t count = 0;
    for (std::int64_t a = 1; a <= largest_; ++a) {
      for (std::int64_t b = a + 1; b <= largest_; ++b) {
        const Point& p = at(a, b);
        const Point& q = at(b, a);
        const auto cells_p = static_cast<double>(a);
        const auto cells_q = static_cast<double>(b);
        const double allowed =
            cells_p * (energy_error(p.error_bound) + rounding) + cells_q * (energy_error(q.error_bound) + rounding);
        count += !(std::abs(cells_p * p.energy_per_cell - cells_q * q.energy_per_cell) <= allowed) ? 1 : 0;
      }
    }
    return count;
  }

  /// The charger that stores most per cell in batteries of n_b.
  [[nodiscard]] std::int64_t best_charger(std::int64_t n_b) const {
    std::int64_t best = 1;
    for (std::int64_t n_c = 2; n_c <= largest_; ++n_c)
      best = at(n_b, n_c).energy_per_cell > at(n_b, best).energy_per_cell ? n_c : best;
    return best;
  }

private:
  void solve_row(std::int64_t n_b) {
    std::vector<CentralSpin> systems;
    for (std::int64_t n_c = 1; n_c <= largest_; ++n_c) systems.push_back(CentralSpin::resonant(n_b, n_c));
    const Table table = solve(systems, {});
    for (std::size_t i = 0; i < systems.size(); ++i) {
      const Row& row = table.rows[i];
      not_ok_ += row.status == Status::ok ? 0 : 1;
      points_[static_cast<std::size_t>((n_b - 1) * largest_) + i] = {row.at_optimum[Observable::energy_per_cell], row.t_opt,
                                                                     row.at_optimum[Observable::entropy], row.error_bound};
    }
  }

  std::int64_t largest_;
  std::vector<Point> points_;
  double seconds_ = 0;
  std::int64_t not_ok_ = 0;
};

struct SampleCheck {
  std::size_t systems = 0;
  std::size_t outside_bounds = 0;
  double largest_difference = 0;  ///< of the energy per cell
};

/// A random sample, solved once more by diagonalizing the whole matrix.
SampleCheck check_sample(const Plane& plane, std::size_t count) {
  std::mt19937_64 random(20261123);
  std::uniform_int_distribution<std::int64_t> spins(1, plane.largest());
  std::vector<CentralSpin> systems;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t n_b = spins(random);
    systems.push_back(CentralSpin::resonant(n_b, spins(random)));
  }
  Request request;
  request.solver = Solver::dense;
  const Table table = solve(systems, request);
  SampleCheck check{.systems = count};
  for (const Row& row : table.rows) {
    const Point& p = plane.at(row.system.n_b, row.system.n_c);
    const double difference = std::abs(row.at_optimum[Observable::energy_per_cell] - p.energy_per_cell);
    check.largest_difference = std::fmax(check.largest_difference, difference);
    check.outside_bounds += !(difference <= energy_error(p.error_bound) + energy_error(row.error_bound)) ? 1 : 0;
  }
  return check;
}

void write_best_chargers(const Plane& plane, const std::string& path) {
  auto file = fmt::output_file(path);
  file.print("n_b,best_n_c,energy_per_cell_best,energy_per_cell_equal,gain,error_bound\n");
  for (std::int64_t n_b = 1; n_b <= plane.largest(); ++n_b) {
    const std::int64_t best = plane.best_charger(n_b);
    const Point& top = plane.at(n_b, best);
    const Point& equal = plane.at(n_b, n_b);
    file.print("{},{},{:.15g},{:.15g},{:.3e},{:.1e}\n", n_b, best, top.energy_per_cell, equal.energy_per_cell,
               top.energy_per_cell - equal.energy_per_cell, std::fmax(top.error_bound, equal.error_bound));
  }
}

/// At most 100 x 100 points, in rows of N_b parted by empty lines, as gnuplot wants them.
void write_map(const Plane& plane, const std::string& path) {
  const std::int64_t step = std::max<std::int64_t>(1, plane.largest() / 100);
  auto file = fmt::output_file(path);
  file.print("n_b,n_c,energy_per_cell,t_opt,entropy\n");
  for (std::int64_t n_b = step; n_b <= plane.largest(); n_b += step) {
    for (std::int64_t n_c = step; n_c <= plane.largest(); n_c += step) {
      const Point& p = plane.at(n_b, n_c);
      file.print("{},{},{:.9g},{:.9g},{:.9g}\n", n_b, n_c, p.energy_per_cell, p.t_opt, p.entropy);
    }
    file.print("\n");
  }
}

nlohmann::ordered_json describe_machine() {
  nlohmann::ordered_json machine{{"version", version()}, {"git_revision", git_revision()}, {"compiler", "g++ " __VERSION__}};
  for (const DeviceReport& device : find_devices())
    if (device.found) machine["devices"].push_back(device.description);
  machine["threads"] = std::thread::hardware_concurrency();
  return machine;
}

/// The smallest N_b from which on, of full chargers, N_c = N_b + 1 is best, without exception.
std::int64_t one_more_is_best_from(const Plane& plane) {
  std::int64_t n_b = plane.largest() - 1;  // the last battery's best charger would lie outside the plane
  while (n_b >= 1 && plane.best_charger(n_b) == n_b + 1) --n_b;
  return n_b + 1;
}

int run(const std::string& folder, std::int64_t largest, std::size_t sample_size) {
  std::filesystem::create_directories(folder);
  Plane plane(largest);
  plane.solve_all();
  const SampleCheck sample = check_sample(plane, sample_size);
  nlohmann::ordered_json record = describe_machine();
  record["systems"] = largest * largest;
  record["seconds"] = plane.seconds();
  record["not_ok"] = plane.not_ok();
  record["largest_error_bound"] = plane.largest_bound();
  record["pairs_that_break_the_swap_symmetry"] = plane.asymmetric();
  record["sample"] = {{"systems", sample.systems},
                      {"solver", "dense"},
                      {"outside_bounds", sample.outside_bounds},
                      {"largest_difference_in_energy_per_cell", sample.largest_difference}};
  record["one_more_charger_spin_is_best_from_n_b"] = one_more_is_best_from(plane);
  auto file = fmt::output_file(folder + "/plane.json");
  file.print("{}\n", record.dump(1));
  write_best_chargers(plane, folder + "/plane_best_charger.csv");
  write_map(plane, folder + "/plane_map.csv");
  fmt::print("{}\n", record.dump(1));
  return plane.not_ok() == 0 && sample.outside_bounds == 0 && plane.asymmetric() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    fmt::print(stderr, "usage: qbatt_plane FOLDER [N = 2000] [SAMPLE = 1000]\n");
    return 2;
  }
  try {
    return run(argv[1], argc > 2 ? std::stoll(argv[2]) : 2000, argc > 3 ? std::stoul(argv[3]) : 1000);
  } catch (const std::exception& error) {
    fmt::print(stderr, "qbatt_plane: {}\n", error.what());
    return 1;
  }
}
