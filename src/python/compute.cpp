#include "python/compute.hpp"

#include <chrono>
#include <utility>

#include "io/provenance_attributes.hpp"
#include "options/provenance.hpp"
#include "options/remarks.hpp"
#include "qbatt/errors.hpp"
#include "run/chunks.hpp"
#include "run/cost_profile.hpp"
#include "run/crew.hpp"
#include "run/run_chunks.hpp"

namespace qbatt::python {
namespace {

/// The times that are asked for, if any; those of a curve unless others are.
std::optional<TimeGrid> times_of(const Call& call) {
  if (call.command == Command::optimum) return std::nullopt;
  if (call.command == Command::curve) return parse_times(call.options.series).value_or(TimeGrid{});
  if (call.options.series.times) return parse_times(call.options.series);
  refuse_without_times(call.options.series);
  return std::nullopt;
}

/// One system alone must be physical; of several the unphysical ones are left out.
SweepPlan plan_of(const Call& call, const Planning& planning) {
  const SystemOptions& systems = call.options.systems;
  if (call.command == Command::solve) return SweepPlan::from_columns(*call.systems, systems.axes, systems.skip_invalid);
  if (call.command != Command::sweep) {
    static_cast<void>(single_system(systems.axes));
    return SweepPlan::from_axes(systems.axes, false);
  }
  try {
    return make_plan(systems, planning);
  } catch (const InputError&) {
    // Where no combination is physical, the first one tells why.
    if (systems.systems || !systems.skip_invalid) throw;
    return SweepPlan::from_axes(systems.axes, false, planning);
  }
}

void check(const Call& call, const Request& request, const ResultsLayout& layout, const SweepPlan& plan) {
  if (call.command == Command::optimum && request.optimum == OptimumRule::none)
    throw InputError("--optimum: `none` leaves nothing to return", "--optimum");
  if (call.command == Command::curve) check_unit(*plan.systems().next(), request.times->unit);
  validate(request);
  check_memory(request, plan.summary().largest_dim);
  check_size(static_cast<double>(plan.summary().systems), layout, plan.summary().largest_dim);
}

/// Of rows alone, on the CPU, more go together than into a file: no chunk has to be kept, and between two of them cores wait.
ChunkList chunks_of(const SweepPlan& plan, const Request& request, const CostProfile& profile) {
  constexpr std::int64_t together = 1 << 17;
  const RowRange all{0, plan.summary().systems};
  if (request.times || request.backend != Backend::cpu) return cut_into_chunks(plan, request, profile, all);
  ChunkList chunks;
  chunks.add(all, together, profile.seconds());
  return chunks;
}

void run(const SweepPlan& plan, Request& request, DatasetWriter& writer, Watch& watch) {
  const std::int64_t rows = plan.summary().systems;
  watch.total = rows;
  const CostProfile profile(plan, request);
  request.backend = choose_backend(request, profile.seconds(), plan.summary().largest_dim).backend;
  const ChunkList chunks = chunks_of(plan, request, profile);
  const WorkList todo(chunks, WorkList::Order::of_rows, {});
  const WorkReport done = run_chunks(plan, request, chunks, todo, writer, *make_solo_crew(),
                                     [&](const WorkReport& so_far) { watch.finished = so_far.rows; });
  if (done.rows < rows) throw Interrupted();
}

void add_remark(std::vector<std::string>& remarks, std::string remark) {
  if (!remark.empty()) remarks.push_back(std::move(remark));
}

}  // namespace

Computed compute(const Call& call, Watch& watch) {
  const auto began = std::chrono::steady_clock::now();
  Request request = make_request(call.options.work);
  request.stop = watch.stop;
  const ResultsLayout layout = request_series(request, times_of(call), call.options.series);
  const SweepPlan plan = plan_of(call, {.stop = watch.stop, .progress = {}});
  check(call, request, layout, plan);
  Computed computed;
  add_remark(computed.remarks, remark_on(plan.rounding()));
  DatasetWriter writer(plan, layout, request.times);
  run(plan, request, writer, watch);
  add_remark(computed.remarks, remark_on(writer.tally()));
  if (!writer.first_failure().empty()) computed.remarks.back() += "; the first that failed is " + writer.first_failure();
  computed.dataset = writer.take();
  computed.attributes = provenance_attributes(make_provenance(request, call.invocation));
  computed.wall_time = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return computed;
}

FiguresReport make_figures(const Call& call, const Watch& watch) {
  FiguresReport report;
  report.all_well = write_figures(call.options.figures, watch.stop, [&](const std::string& line) {
    report.lines.emplace_back(line, 0, line.find_last_not_of('\n') + 1);
  });
  return report;
}

Layout layout_of(const Call& call) {
  const SweepPlan plan = plan_of(call, {});
  const SweepGrid grid = plan.grid();
  Layout layout{.coordinates = {grid.dimensions, coordinates_of(grid)}, .cells = {}, .times = {}};
  const auto next_cell = plan.cells(grid);
  layout.cells.resize(static_cast<std::size_t>(plan.summary().systems));
  for (std::int64_t& cell : layout.cells) cell = next_cell();
  if (const auto times = times_of(call)) layout.times = time_coordinate(*times);
  return layout;
}

}  // namespace qbatt::python
