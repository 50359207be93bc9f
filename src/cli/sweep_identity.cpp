#include "cli/sweep_identity.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstdint>

#include "io/checksum.hpp"
#include "io/formats.hpp"
#include "qbatt/version.hpp"
#include "sweep/loops.hpp"
#include "sweep/source.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

constexpr const char* list_of_systems = "the list of systems";
constexpr const char* its_default = "the default";

/// Whether the default is not one text, as it is another one where the charger is a boson.
bool says_other_things(const Axis& axis) {
  const bool depends = axis.parameter == Parameter::n_c || axis.parameter == Parameter::m;
  return depends && (axis.refers_to(Parameter::charger) || axis.text != parameter_info(axis.parameter).default_axis);
}

/// Beyond so many the texts of the axes alone tell sweeps apart: those of other texts may be refused although they are equal.
constexpr std::int64_t most_listed = 100'000;

std::string describe(std::int64_t count, std::string_view noun, const Checksum& checksum) {
  return fmt::format("{} with CRC-32 {:08x}", counted(count, noun), checksum.crc);
}

std::string describe_systems(const SweepPlan& plan) {
  ChecksumSum sum;
  SweepCursor cursor = plan.systems();
  while (const auto system = cursor.next()) {
    const auto bytes = std::bit_cast<std::array<char, sizeof(ParameterValues)>>(values_of(*system));
    sum.add({bytes.data(), bytes.size()});
  }
  return describe(plan.summary().systems, "system", sum.value());
}

/// In which words the systems were named; whether they are the same is told by their list.
void add_words_on_systems(Fingerprint& print, const SystemOptions& systems, const SweepPlan& plan) {
  if (systems.systems) {
    print.add("--systems", "a file", list_of_systems);
  } else {
    for (const Axis& axis : parse_axes(systems.axes)) {
      const bool given = systems.axes[static_cast<std::size_t>(axis.parameter)].has_value();
      print.add(option_name(axis.parameter), given || !says_other_things(axis) ? canonical_text(axis) : std::string(its_default),
                list_of_systems);
    }
  }
  print.add("--skip-invalid", plan.summary().dropped > 0 ? "given" : "", list_of_systems);
}

/// What the default says is the same as the number that it is for all systems.
std::string describe_tolerance(const Request& request, const SweepSummary& summary) {
  const double smallest = default_tolerance(summary.smallest_dim);
  const bool one = smallest == default_tolerance(summary.largest_dim);
  if (!request.tolerance && !one) return "the default";
  return fmt::format("{}", request.tolerance.value_or(smallest));
}

std::string describe_times(const TimeGrid& grid) {
  constexpr std::size_t most_written = 16;
  if (grid.list.empty()) return fmt::format("{}:{}:{}", grid.start, grid.stop, grid.count);
  if (grid.list.size() <= most_written) return fmt::format("{}", fmt::join(grid.list, ","));
  ChecksumSum sum;
  for (const double time : grid.list) {
    const auto bytes = std::bit_cast<std::array<char, sizeof(double)>>(time);
    sum.add({bytes.data(), bytes.size()});
  }
  return describe(grid.count, "time", sum.value());
}

void add_request(Fingerprint& print, const Request& request, const SweepSummary& summary) {
  print.add("--optimum", std::string(to_string(request.optimum)));
  if (request.optimum == OptimumRule::global) print.add("--window", fmt::format("{}", request.window));
  print.add("--solver", std::string(to_string(request.solver)));
  print.add("--tolerance", describe_tolerance(request, summary));
}

void add_series(Fingerprint& print, const Request& request, const ResultsLayout& layout) {
  if (!request.times) return print.add("--times", "");
  const TimeGrid& grid = *request.times;
  print.add("--times", describe_times(grid));
  print.add("--time-unit", std::string(to_string(grid.unit)));
  print.add("--series", names_of(layout.series));
  print.add("--populations", layout.populations ? "given" : "");
}

}  // namespace

Fingerprint identity_of(const SystemOptions& systems, const SweepPlan& plan, const Request& request, const ResultsLayout& layout,
                        const std::string& output, const std::string& device) {
  Fingerprint print;
  add_words_on_systems(print, systems, plan);
  add_request(print, request, plan.summary());
  add_series(print, request, layout);
  print.add("the format", std::string(format_of(output).name));
  print.add("--backend", std::string(to_string(request.backend)));
  if (request.backend == Backend::cuda) {
    print.add("--dense-routine", std::string(to_string(request.cuda.dense_routine)));
    print.add("the device", device);
  }
  print.add("the instruction set", std::string(instruction_set()));
  print.add("the version", build_id());
  // Those of a file always, as it may be a pipe, which is read once.
  if (systems.systems || plan.summary().systems <= most_listed) print.add(list_of_systems, describe_systems(plan));
  return print;
}

}  // namespace qbatt::cli
