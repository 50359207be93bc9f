#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <utility>

#include "cli/add_options.hpp"
#include "cli/commands.hpp"
#include "cli/dry_run.hpp"
#include "cli/print.hpp"
#include "cli/sweep_identity.hpp"
#include "cli/sweep_run.hpp"
#include "io/formats.hpp"
#include "io/output_target.hpp"
#include "io/parts_folder.hpp"
#include "options/interrupt.hpp"
#include "options/provenance.hpp"
#include "options/system_options.hpp"
#include "qbatt/errors.hpp"
#include "run/agreement.hpp"
#include "run/cost_profile.hpp"
#include "text/numbers.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

struct SweepOptions {
  SystemOptions systems;
  WorkOptions work;
  SeriesOptions series;
  OptionText output;
  OptionText shard;
  bool dry_run = false;
  bool resume = false;
  bool overwrite = false;
  bool quiet = false;
};

std::optional<TimeGrid> sweep_times(const SeriesOptions& series, const std::string& output) {
  if (!series.times) {
    refuse_without_times(series);
    return std::nullopt;
  }
  if (series.populations && !format_of(output).holds_populations) {
    throw InputError(
        fmt::format("--populations: the populations of a sweep go to {} only: -o must be a file that ends in {}, not {}",
                    formats_in_words(&ResultsFormat::name, &ResultsFormat::holds_populations),
                    formats_in_words(&ResultsFormat::suffix, &ResultsFormat::holds_populations), in_quotes(output)),
        "--populations");
  }
  return parse_times(series);
}

Shard parse_shard(const OptionText& text) {
  constexpr std::int64_t most = 1'000'000;
  if (!text) return {};
  const std::vector<std::string_view> parts = split(*text, '/');
  if (parts.size() != 2)
    throw InputError(fmt::format("--shard: {} must have the form I/N, such as 2/3", in_quotes(*text)), "--shard");
  const std::int64_t count = parse_whole(parts[1], {"--shard: N", "--shard"}, 1, most);
  return {.index = parse_whole(parts[0], {"--shard: I", "--shard"}, 1, count), .count = count};
}

std::string parse_output(const SweepOptions& options) {
  std::string output = results_path(options.output.value_or("-"));
  if (options.resume && options.overwrite)
    throw InputError("--overwrite discards the chunks that --resume would go on from: give one of them", "--overwrite");
  if (!is_stream(output)) return output;
  if (options.resume) throw InputError("--resume needs -o FILE: what went to the standard output cannot be taken up", "--resume");
  if (options.shard) throw InputError("--shard needs -o FILE: what went to the standard output cannot be merged", "--shard");
  return output;
}

/// What the options say, all that can be known without other processes and devices; the backend may still be `automatic`.
struct SweepTask {
  Shard shard;
  std::string output;
  Request request;
  ResultsLayout layout;
  SweepPlan plan;
};

/// Says every ten seconds how far the making of a plan is.
Planning planning_aloud(bool quiet) {
  if (quiet || is_silent_rank()) return {};
  using Clock = std::chrono::steady_clock;
  return {.stop = {}, .progress = [last = Clock::now()](std::int64_t combinations) mutable {
            constexpr std::chrono::seconds interval(10);
            if (Clock::now() - last < interval) return;
            last = Clock::now();
            print_err("qbatt: {:.3g} combinations looked at: where unphysical ones lie scattered this takes a while\n",
                      static_cast<double>(combinations));
          }};
}

SweepTask parse_task(const SweepOptions& options) {
  const Shard shard = parse_shard(options.shard);
  std::string output = parse_output(options);
  if (options.systems.systems == "-" && is_one_of_several())
    throw InputError("--systems: `-` is the standard input, which several processes cannot share: it must be a file", "--systems");
  Request request = make_request(options.work);
  const ResultsLayout layout = request_series(request, sweep_times(options.series, output), options.series);
  return {shard, std::move(output), std::move(request), layout, make_plan(options.systems, planning_aloud(options.quiet))};
}

/// Why what is to compute is not there, which a dry run can do without.
std::string absence_of_backend(const Request& request, bool dry_run) {
  try {
    validate(request);
  } catch (const BackendError& error) {
    if (!dry_run) throw;
    return error.what();
  }
  return {};
}

/// The request of this process: of the CUDA devices that may be used, ranks on one machine take turns, and those that meet on one
/// divide its memory.
Request share_of_machine(Request request, const SweepOptions& options, const Crew& crew) {
  if (crew.size() == 1) return request;
  if (!options.work.threads) request.threads = threads_of_rank(crew);
  if (request.backend != Backend::cuda) return request;
  std::vector<int>& devices = request.cuda.devices;
  if (devices.empty()) {
    int number = 0;
    for (const DeviceReport& device : find_devices()) {
      if (device.backend != "cuda") continue;
      if (device.found) devices.push_back(number);
      ++number;
    }
  }
  if (devices.empty()) return request;
  const DeviceShare share = device_of_rank(crew.local_rank(), crew.local_size(), devices);
  devices = {share.device};
  request.cuda.processes_a_device = share.processes;
  return request;
}

/// Of the name of a definite one.
Backend backend_of(const std::string& name) {
  return name == to_string(Backend::cuda) ? Backend::cuda : Backend::cpu;
}

/// The backend of the run that is taken up, else what suits the whole sweep.
Backend suited_backend(const SweepOptions& options, const SweepTask& task, const CostProfile& profile, bool quiet) {
  Request request = task.request;
  const auto earlier = options.resume ? find_earlier_sweep(task.output) : std::nullopt;
  if (!earlier) {
    settle_backend(request, profile.seconds(), task.plan.summary().largest_dim, options.work, quiet);
    return request.backend;
  }
  const std::string name = earlier->fingerprint.value_of("--backend");
  request.backend = backend_of(name);
  try {
    validate(request);
  } catch (const BackendError& error) {
    throw BackendError(
        fmt::format("--resume: {} was begun on the backend {}, which is not here: {}", task.output, name, error.what()));
  }
  return request.backend;
}

/// Settles Backend::automatic, once for all processes: rank 0 chooses.
void settle_backend_of_all(const SweepOptions& options, SweepTask& task, const CostProfile& profile, Crew& crew) {
  if (task.request.backend != Backend::automatic) return;
  if (crew.rank() == 0) {
    try {
      task.request.backend = suited_backend(options, task, profile, options.quiet);
    } catch (...) {
      crew.share({});
      throw;
    }
  }
  const std::string name = crew.share(std::string(to_string(task.request.backend)));
  if (name.empty()) throw InputError("rank 0 says why");
  task.request.backend = backend_of(name);
}

SweepJob make_job(const SweepOptions& options, SweepTask task, const Invocation& invocation, Crew& crew) {
  CostProfile profile(task.plan, task.request);
  settle_backend_of_all(options, task, profile, crew);
  Provenance provenance = make_provenance(task.request, invocation);
  Fingerprint identity =
      identity_of(options.systems, task.plan, task.request, task.layout, task.output, describe_kinds_of_devices(task.request));
  return {.plan = std::move(task.plan),
          .profile = std::move(profile),
          .request = share_of_machine(std::move(task.request), options, crew),
          .layout = std::move(task.layout),
          .output = std::move(task.output),
          .shard = task.shard,
          .resume = options.resume,
          .overwrite = options.overwrite,
          .quiet = options.quiet,
          .identity = std::move(identity),
          .provenance = std::move(provenance)};
}

/// What the processes of a crew must have been given alike.
Fingerprint what_all_share(const SweepJob& job) {
  Fingerprint shared = job.identity;
  shared.add("-o", job.output);
  shared.add("--shard", fmt::format("{}/{}", job.shard.index, job.shard.count));
  shared.add("--resume", job.resume ? "given" : "");
  shared.add("--overwrite", job.overwrite ? "given" : "");
  return shared;
}

/// What a dry run, which is of the whole sweep, says of one of several shards.
std::string shard_text(const SweepTask& task, const CostProfile& profile) {
  if (task.shard.count == 1) return {};
  const RowRange rows = rows_of_shard(profile, task.shard);
  return fmt::format("shard       {}/{}: {} of these, about 1/{} of the time\n", task.shard.index, task.shard.count,
                     counted(rows.last - rows.first, "system"), task.shard.count);
}

/// What --resume has left to do.
std::string rest_text(const SweepOptions& options, const SweepTask& task, const CostProfile& profile) {
  if (!options.resume) return {};
  const RowRange rows = rows_of_shard(profile, task.shard);
  const SweepRecord sweep{.fingerprint = identity_of(options.systems, task.plan, task.request, task.layout, task.output,
                                                     describe_kinds_of_devices(task.request)),
                          .shard = task.shard,
                          .first_row = rows.first,
                          .rows = rows.last - rows.first};
  const auto complete = find_record(task.output);
  if (complete && complete->sweep.difference(sweep, task.output, "here").empty())
    return fmt::format("left        nothing: {} is complete\n", task.output);
  const PartsFolder parts(task.output, sweep, PartsStart::look);
  RowTally tally;
  const std::vector<PartRecord> finished = parts.finished();
  for (const PartRecord& part : finished) tally += part.tally;
  if (finished.empty() && complete) {
    throw InputError(
        fmt::format("--resume: {} is of another sweep: {}", task.output, complete->sweep.difference(sweep, task.output, "here")),
        "--resume");
  }
  if (finished.empty()) return fmt::format("left        {}: nothing is begun\n", counted(sweep.rows, "system"));
  return fmt::format("left        {}: {} with {} finished in {}\n", counted(sweep.rows - tally.finished, "system"),
                     counted(std::ssize(finished), "chunk"), counted(tally.finished, "system"), parts.path());
}

int run(const SweepOptions& options, const Invocation& invocation) {
  SweepTask task = parse_task(options);
  const std::string absence = absence_of_backend(task.request, options.dry_run);
  check_memory(task.request, task.plan.summary().largest_dim);
  if (!options.quiet && !is_silent_rank()) print_remark(remark_on(task.plan.rounding()));
  if (options.dry_run) {
    const CostProfile profile(task.plan, task.request);
    if (task.request.backend == Backend::automatic) task.request.backend = suited_backend(options, task, profile, true);
    if (!is_silent_rank())
      print_out(dry_run_text(task.plan, task.request, task.layout, task.output, absence) + shard_text(task, profile) +
                rest_text(options, task, profile));
    return 0;
  }
  const InterruptGuard guard;
  task.request.stop = guard.token();
  const std::unique_ptr<Crew> crew = join_crew();
  try {
    agree_on_instruction_set(*crew);
    SweepJob job = make_job(options, std::move(task), invocation, *crew);
    check_same_work(*crew, what_all_share(job));
    return run_sweep(std::move(job), *crew);
  } catch (const InputError&) {
    if (crew->rank() == 0) throw;
    return 0;  // all have met it, and rank 0 says it: a launcher may end rank 0 once another has failed
  }
}

void add_sweep_switches(CommandLine& command, SweepOptions& options) {
  add_switch(command, skip_invalid_switch, options.systems.skip_invalid, "System");
  add_switch(command,
             {"--dry-run",
              "print the number of systems, their dimensions, and estimates of eigenpairs, time, memory and file size, "
              "with --backend cuda a lower limit of time on its devices, with --resume what is left; compute and write nothing",
              "off"},
             options.dry_run, "Output");
  add_switch(command,
             {"--resume",
              "go on from the finished chunks of the same sweep in FILE.parts; begin where there are none; return at once "
              "where FILE is complete",
              "begin afresh"},
             options.resume, "Output");
  add_switch(command, overwrite_switch, options.overwrite, "Output");
  add_option(command,
             {"--shard", "I/N",
              "only the I-th of N parts of the sweep, of about the same cost each: for job arrays; qbatt merge puts them together",
              "all of it", "2/3"},
             options.shard, "Work");
  add_switch(command, {"--quiet", "neither progress nor remarks on stderr", "off"}, options.quiet, "Output");
}

constexpr const char* axes_help =
    "An AXIS is a value 7, a list 1,2,5, an inclusive range 1:2000 or 0:100:10 (the third number is the step), lin:0:1:11 or\n"
    "log:10:1e6:6 (the third number is the count). In place of a number it may hold a link to other system options,\n"
    "a sum of [FACTOR[*]]NAME and numbers: nb, 2nb, nb+1, 0.5nb+0.5nc, nb-3:nb+3. Free axes are combined, the last fastest;\n"
    "linked ones vary inside.\n"
    "Of --nb, --nc and --m typed numbers and steps must be whole; what links, lin: and log: give is rounded, half away from\n"
    "zero, and dropped where it repeats another (a remark says how many). A number typed twice is two rows.\n\n"
    "Examples:\n"
    "  qbatt sweep --nb 1:2000 -o fig5.csv\n"
    "  qbatt sweep --nb 5:300 --nc nb-3:nb+3 --skip-invalid -o asymmetry.csv\n"
    "  qbatt sweep --systems systems.csv --ising 0.3 --tolerance 1e-10\n"
    "  qbatt sweep --nb 1:2000 --nc 1:2000 --resume -o plane.nc\n"
    "  mpirun -n 4 qbatt sweep --nb 1:2000 --nc 1:2000 -o plane.nc\n"
    "  qbatt sweep --nb 1:100 --times 0:2:65 --time-unit optimum --series energy_per_cell,entropy -o curves.nc\n"
    "  qbatt sweep --nb 10,20 --times 0,log:0.01:1:21 --series energy,entropy -o tidy.csv";

}  // namespace

Command add_sweep(CommandLine& command) {
  auto options = std::make_shared<SweepOptions>();
  add_system_options(command, options->systems.axes, true);
  add_option(command, systems_file_option.info, options->systems.systems, "System");
  add_series_options(command, options->series, {.times = "no time series", .unit = "absolute"});
  add_work_options(command, options->work);
  add_option(command, output_option, options->output, "Output");
  add_sweep_switches(command, *options);
  command.footer(axes_help);
  return [options](const Invocation& invocation) { return run(*options, invocation); };
}

}  // namespace qbatt::cli
