#include "cli/sweep_identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "io/checksum.hpp"
#include "io/formats.hpp"
#include "qbatt/version.hpp"

namespace qbatt::cli {
namespace {

/// Of the systems rather than of the file, which may be a pipe and is read once.
std::uint32_t checksum_of(const SweepPlan& plan) {
  ChecksumSum sum;
  SweepCursor cursor = plan.systems();
  while (const auto system = cursor.next()) {
    const auto bytes = std::bit_cast<std::array<char, sizeof(CentralSpin)>>(*system);
    sum.add({bytes.data(), bytes.size()});
  }
  return sum.value().crc;
}

void add_systems(Fingerprint& print, const SystemOptions& systems, const SweepPlan& plan) {
  if (systems.systems) {
    print.add("--systems", fmt::format("{} systems with CRC-32 {:08x}", plan.summary().systems, checksum_of(plan)));
  } else {
    for (const ParameterInfo& info : parameter_info()) {
      const auto& text = systems.axes[static_cast<std::size_t>(info.id)];
      print.add(fmt::format("--{}", info.name), text ? *text : std::string(info.default_axis));
    }
  }
  print.add("--skip-invalid", systems.skip_invalid ? "given" : "");
}

void add_request(Fingerprint& print, const Request& request) {
  print.add("--optimum", std::string(to_string(request.optimum)));
  if (request.optimum == OptimumRule::global) print.add("--window", fmt::format("{}", request.window));
  print.add("--solver", std::string(to_string(request.solver)));
  print.add("--tolerance", request.tolerance ? fmt::format("{}", *request.tolerance) : "the default");
}

void add_series(Fingerprint& print, const Request& request, const ResultsLayout& layout) {
  if (!request.times) return print.add("--times", "");
  const TimeGrid& grid = *request.times;
  print.add("--times", fmt::format("{}:{}:{}", grid.start, grid.stop, grid.count));
  print.add("--time-unit", std::string(to_string(grid.unit)));
  print.add("--series", names_of(layout.series));
  print.add("--populations", layout.populations ? "given" : "");
}

}  // namespace

Fingerprint identity_of(const SystemOptions& systems, const SweepPlan& plan, const Request& request, const ResultsLayout& layout,
                        const std::string& output, const std::string& device) {
  Fingerprint print;
  add_systems(print, systems, plan);
  add_request(print, request);
  add_series(print, request, layout);
  print.add("the format", std::string(format_of(output).name));
  print.add("--backend", std::string(to_string(request.backend)));
  if (request.backend == Backend::cuda) {
    print.add("--dense-routine", std::string(to_string(request.cuda.dense_routine)));
    print.add("the device", device);
  }
  print.add("the instruction set", std::string(instruction_set()));
  print.add("the version", build_id());
  return print;
}

}  // namespace qbatt::cli
