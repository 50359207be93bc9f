#include <fmt/format.h>
#include <omp.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <numeric>

#include "cli/commands.hpp"
#include "cli/dry_run.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/print.hpp"
#include "cli/progress.hpp"
#include "cli/provenance.hpp"
#include "cli/series_options.hpp"
#include "cli/sweep_identity.hpp"
#include "io/finished_file.hpp"
#include "io/result_writer.hpp"
#include "qbatt/errors.hpp"
#include "run/run_chunks.hpp"
#include "sweep/numbers.hpp"
#include "sweep/text.hpp"

namespace qbatt::cli {
namespace {

constexpr int interrupted_code = 130;
constexpr int file_error_code = 3;

struct SweepOptions {
  SystemsChoice systems;
  WorkOptions work;
  SeriesOptions series;
  Text output;
  Text shard;
  bool dry_run = false;
  bool resume = false;
  bool quiet = false;
};

SweepPlan make_plan(const SystemsChoice& choice) {
  if (!choice.systems) return SweepPlan::from_axes(choice.axes, choice.skip_invalid);
  for (const ParameterInfo& info : parameter_info()) {
    if (choice.axes[static_cast<std::size_t>(info.id)]) {
      throw InputError(
          fmt::format("--{} cannot be combined with --systems: give a column {} in the file instead", info.name, info.column));
    }
  }
  return SweepPlan::from_file(*choice.systems, choice.skip_invalid);
}

std::optional<TimeGrid> sweep_times(const SeriesOptions& series, const std::string& output) {
  if (!series.times) {
    refuse_without_times(series);
    return std::nullopt;
  }
  if (!is_netcdf_name(output)) {
    throw InputError(fmt::format(
        "--times: the time series of a sweep go to netCDF only: -o must be a file that ends in .nc, not {}", in_quotes(output)));
  }
  return parse_times(series);
}

Shard parse_shard(const Text& text) {
  constexpr std::int64_t most = 1'000'000;
  if (!text) return {};
  const std::vector<std::string_view> parts = split(*text, '/');
  if (parts.size() != 2) throw InputError(fmt::format("--shard: {} must have the form I/N, such as 2/3", in_quotes(*text)));
  const std::int64_t count = parse_whole(parts[1], "--shard: N", 1, most);
  return {.index = parse_whole(parts[0], "--shard: I", 1, count), .count = count};
}

void check_output(const SweepOptions& options, const std::string& output) {
  check_results_name(output);
  if (output != "-") return;
  if (options.resume) throw InputError("--resume needs -o FILE: what went to the standard output cannot be taken up");
  if (options.shard) throw InputError("--shard needs -o FILE: what went to the standard output cannot be merged");
}

/// A sweep whose options are understood.
struct Job {
  std::string output;
  Request request;
  ResultsLayout layout;
  SweepPlan plan;
};

Job make_job(const SweepOptions& options) {
  const std::string output = options.output.value_or("-");
  check_output(options, output);
  Request request = make_request(options.work);
  const ResultsLayout layout = request_series(request, sweep_times(options.series, output), options.series);
  SweepPlan plan = make_plan(options.systems);
  validate(request);
  check_memory(request, plan.summary().largest_dim);
  return {.output = output, .request = std::move(request), .layout = layout, .plan = std::move(plan)};
}

/// Of the CUDA devices that may be used, ranks on one machine take turns.
void share_machine(Request& request, const SweepOptions& options, const Crew& crew) {
  if (crew.size() == 1) return;
  if (!options.work.threads) request.threads = threads_of_rank(crew);
  if (request.backend != Backend::cuda) return;
  if (request.devices.empty()) {
    int number = 0;
    for (const DeviceReport& device : find_devices()) {
      if (device.backend != "cuda") continue;
      if (device.found) request.devices.push_back(number);
      ++number;
    }
  }
  if (request.devices.empty()) return;
  request.devices = {request.devices[static_cast<std::size_t>(crew.local_rank()) % request.devices.size()]};
}

/// One sweep, from its beginning or taken up, by the processes of a crew.
class SweepRun {
public:
  SweepRun(const SweepOptions& options, Job job, const Invocation& invocation, Crew& crew)
      : options_(options), job_(std::move(job)), crew_(crew), profile_(job_.plan, job_.request) {
    if (crew_.size() > 1 && job_.output == "-") throw InputError("-o FILE is needed where several processes work on a sweep");
    const RowRange rows = rows_of_shard(profile_, parse_shard(options_.shard));
    chunks_ = plan_chunks(job_.plan, job_.request, profile_, rows);
    provenance_ = make_provenance(job_.request, invocation);
    settle_backend(job_.request, options_.work, quiet());
    begin_.sweep = {.fingerprint = identity_of(options_.systems, job_.request, job_.layout, job_.output, provenance_.device),
                    .shard = parse_shard(options_.shard),
                    .first_row = rows.first,
                    .rows = rows.last - rows.first};
    share_machine(job_.request, options_, crew_);
  }

  int run() {
    if (leads()) return lead();
    begin_.start = PartsStart::join;
    begin_.rank = crew_.rank();
    const std::string beginning = crew_.share({});
    if (beginning == complete) return 0;
    if (beginning == refused) return file_error_code;
    writer_ = open_results(job_.output, job_.layout, provenance_, begin_);
    return work(beginning).stop ? interrupted_code : 0;
  }

private:
  // What rank 0 lets the others know: one of these, or for each chunk whether it is there.
  static constexpr const char* complete = "complete";
  static constexpr const char* refused = "refused";
  static constexpr char there = '1';
  static constexpr char missing = '0';

  [[nodiscard]] bool leads() const { return crew_.rank() == 0; }
  [[nodiscard]] bool quiet() const { return options_.quiet || !leads(); }

  int lead() {
    const std::string beginning = begin_or_refuse();
    crew_.share(beginning);
    if (beginning == complete) {
      crew_.leave({});
      return exit_code(tally_);
    }
    try {
      const WorkReport mine = work(beginning);
      return conclude(mine);
    } catch (const FileError& error) {
      throw FileError(error.what() + (writer_->parts().empty() ? "" : kept()));
    }
  }

  std::string begin_or_refuse() {
    try {
      if (options_.resume && is_complete()) return complete;
      begin_.start = options_.resume ? PartsStart::resume : PartsStart::afresh;
      writer_ = open_results(job_.output, job_.layout, provenance_, begin_);
    } catch (...) {
      crew_.share(refused);
      throw;
    }
    std::string chunks(chunks_.size(), missing);
    for (const PartRecord& part : writer_->finished()) {
      if (part.part < chunks.size()) chunks[part.part] = there;
    }
    if (!quiet()) report_taken_over(chunks);
    return chunks;
  }

  [[nodiscard]] bool is_complete() {
    const std::optional<FinishedRecord> found = find_record(job_.output, begin_.sweep.shard);
    if (!found || found->sweep.fingerprint != begin_.sweep.fingerprint || found->sweep.shard != begin_.sweep.shard) return false;
    tally_ = found->tally;
    if (!quiet()) fmt::print(stderr, "qbatt: {} is complete\n", job_.output);
    return true;
  }

  void report_taken_over(const std::string& chunks) const {
    for (const std::string& damage : writer_->damaged()) fmt::print(stderr, "qbatt: {}: it is computed again\n", damage);
    const auto count = std::ranges::count(chunks, there);
    if (count > 0) fmt::print(stderr, "qbatt: {} of {} chunks are taken over from {}\n", count, chunks.size(), writer_->parts());
  }

  // The advance of this process's crew starts where an earlier run ended.
  WorkReport work(const std::string& chunks) {
    std::vector<std::size_t> todo;
    for (const std::size_t i : crew_.size() > 1 ? order_of_work(chunks_) : in_order()) {
      if (chunks[i] == missing) {
        todo.push_back(i);
      } else {
        advance_.rows_before += chunks_[i].rows.last - chunks_[i].rows.first;
        advance_.work_before += chunks_[i].seconds;
      }
    }
    advance_.rows_in_all = begin_.sweep.rows;
    for (const Chunk& chunk : chunks_) advance_.work_in_all += chunk.seconds;
    progress_ = std::make_unique<Progress>(progress_style());
    const RunWatch watch{.stop_wanted = InterruptGuard::requested, .show_progress = [&](const WorkReport& done) {
                           advance_.rows = advance_.rows_before + done.rows;
                           advance_.work = advance_.work_before + done.seconds;
                           progress_->show(advance_);
                         }};
    const WorkReport mine = run_chunks(job_.plan, job_.request, chunks_, todo, *writer_, crew_, watch);
    progress_->conclude(advance_.rows - advance_.rows_before, predicted_seconds());
    return mine;
  }

  [[nodiscard]] std::vector<std::size_t> in_order() const {
    std::vector<std::size_t> order(chunks_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
  }

  // The cost model is of CPUs.
  [[nodiscard]] double predicted_seconds() const {
    if (job_.request.backend == Backend::cuda) return 0;
    const int threads = job_.request.threads > 0 ? job_.request.threads : omp_get_max_threads();
    return (advance_.work - advance_.work_before) / (threads * crew_.size());
  }

  [[nodiscard]] Progress::Style progress_style() const {
    const bool rows_on_terminal = job_.output == "-" && ::isatty(STDOUT_FILENO) == 1;
    if (quiet() || rows_on_terminal) return Progress::Style::none;
    return ::isatty(STDERR_FILENO) == 1 ? Progress::Style::terminal : Progress::Style::log;
  }

  int conclude(const WorkReport& mine) {
    const WorkReport others = crew_.others();
    tally_ = {};
    for (const PartRecord& part : writer_->finished()) tally_ += part.tally;
    if (tally_.finished < begin_.sweep.rows) {
      if (others.failed) throw FileError("another process has failed");
      if (!mine.stop && !others.stop)
        throw FileError(fmt::format("cannot read {}: finished chunks have vanished", writer_->parts()));
      fmt::print(stderr, "qbatt: interrupted{}\n", kept());
      return interrupted_code;
    }
    writer_->finish(chunks_.size());
    report();
    return exit_code(tally_);
  }

  // What an end before the end leaves behind, as the rest of a message.
  [[nodiscard]] std::string kept() const {
    RowTally tally;
    try {
      for (const PartRecord& part : writer_->finished()) tally += part.tally;
    } catch (const FileError&) {
      return {};  // nothing is known of them
    }
    if (writer_->parts().empty())
      return fmt::format(": {} of {} systems are finished and written", tally.finished, begin_.sweep.rows);
    if (tally.finished == 0) return ": no chunk is finished";
    return fmt::format(": {} of {} systems are finished and kept in {}; the same command with --resume goes on from there",
                       tally.finished, begin_.sweep.rows, writer_->parts());
  }

  void report() const {
    if (quiet()) return;
    if (const std::int64_t dropped = job_.plan.summary().dropped; dropped > 0) {
      fmt::print(stderr, "qbatt: {} combinations that are not physical were dropped\n", dropped);
    }
    if (exit_code(tally_) == 0) return;
    fmt::print(stderr, "qbatt: of {} rows {} are inaccurate and {} failed: see the columns status and error_bound\n",
               tally_.finished, tally_.inaccurate, tally_.failed);
  }

  static int exit_code(const RowTally& tally) { return tally.inaccurate + tally.failed == 0 ? 0 : 1; }

  const SweepOptions& options_;
  Job job_;
  Crew& crew_;
  CostProfile profile_;
  std::vector<Chunk> chunks_;
  Provenance provenance_;
  ResultsBegin begin_;
  std::unique_ptr<ResultWriter> writer_;
  std::unique_ptr<Progress> progress_;
  Advance advance_;
  RowTally tally_;
};

int run(const SweepOptions& options, const Invocation& invocation) {
  static_cast<void>(parse_shard(options.shard));
  Job job = make_job(options);
  if (options.dry_run) {
    if (!is_silent_rank()) print_out(dry_run_text(job.plan, job.request, job.layout, job.output));
    return 0;
  }
  const InterruptGuard guard;
  const std::unique_ptr<Crew> crew = join_crew();
  return SweepRun(options, std::move(job), invocation, *crew).run();
}

void add_sweep_flags(CLI::App& command, SweepOptions& options) {
  command
      .add_flag("--skip-invalid", options.systems.skip_invalid,
                "drop and count combinations that are not physical (m > N_c, N_c < 1)\n  default: they are errors")
      ->group("System");
  command
      .add_flag("--dry-run", options.dry_run,
                "print the number of systems, their dimensions, and estimates of eigenpairs, time, memory and file size;\n"
                "  compute and write nothing\n  default: off")
      ->group("Output");
  command
      .add_flag("--resume", options.resume,
                "go on from the finished chunks of the same sweep in FILE.parts; begin where there are none; return at once\n"
                "  where FILE is complete\n  default: begin afresh")
      ->group("Output");
  add_text(command, "--shard", "I/N", options.shard,
           "only the I-th of N parts of the sweep, of about the same cost each: for job arrays; qbatt merge puts them together",
           "all of it", "2/3")
      ->group("Work");
  command.add_flag("--quiet", options.quiet, "neither progress nor remarks on stderr\n  default: off")->group("Output");
}

constexpr const char* axes_help =
    "An AXIS is a value 7, a list 1,2,5, an inclusive range 1:2000 or 0:100:10 (the third number is the step), lin:0:1:11 or\n"
    "log:10:1e6:6 (the third number is the count). In place of a number it may hold a link [FACTOR[*]]NAME[+-NUMBER] to\n"
    "another system option: nb, 2nb, nb+1, nb-3:nb+3. Free axes are combined, the last fastest; linked ones vary inside.\n\n"
    "Examples:\n"
    "  qbatt sweep --nb 1:2000 -o fig5.csv\n"
    "  qbatt sweep --nb 5:300 --nc nb-3:nb+3 --skip-invalid -o asymmetry.csv\n"
    "  qbatt sweep --systems systems.csv --tolerance 1e-10\n"
    "  qbatt sweep --nb 1:2000 --nc 1:2000 --resume -o plane.nc\n"
    "  mpirun -n 4 qbatt sweep --nb 1:2000 --nc 1:2000 -o plane.nc\n"
    "  qbatt sweep --nb 1:100 --times 0:2:65 --time-unit optimum --series energy_per_cell,entropy -o curves.nc";

}  // namespace

Command add_sweep(CLI::App& command) {
  auto options = std::make_shared<SweepOptions>();
  add_system_options(command, options->systems.axes, true);
  add_text(command, "--systems", "FILE", options->systems.systems,
           "instead of axes: a CSV file with one system a row and any of the columns n_b (required), n_c, m, omega_b,\n"
           "  omega_c, coupling, ising",
           "none", "systems.csv")
      ->group("System");
  add_series_options(command, options->series, "no time series", "absolute");
  add_work_options(command, options->work);
  add_output_option(command, options->output);
  add_sweep_flags(command, *options);
  command.footer(axes_help);
  return [options](const Invocation& invocation) { return run(*options, invocation); };
}

}  // namespace qbatt::cli
