#include "cli/sweep_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/progress.hpp"
#include "cli/terminal.hpp"
#include "cpu/processors.hpp"
#include "io/formats.hpp"
#include "io/output_target.hpp"
#include "qbatt/errors.hpp"
#include "run/run_chunks.hpp"
#include "run/writing_cost.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

/// One sweep, from its beginning or taken up, by the processes of a crew.
class SweepRun {
public:
  SweepRun(SweepJob job, Crew& crew) : job_(std::move(job)), crew_(crew) {
    if (crew_.size() > 1 && is_stream(job_.output))
      throw InputError("-o FILE is needed where several processes work on a sweep", "-o");
    const RowRange rows = rows_of_shard(job_.profile, job_.shard);
    chunks_ = cut_into_chunks(job_.plan, job_.request, job_.profile, rows);
    begin_.sweep = {.fingerprint = job_.identity, .shard = job_.shard, .first_row = rows.first, .rows = rows.last - rows.first};
  }

  int run() {
    if (leads()) return lead();
    begin_.start = PartsStart::join;
    begin_.rank = crew_.rank();
    const std::string beginning = crew_.share({});
    if (beginning == complete) return 0;
    if (beginning == refused) return 0;  // rank 0 says why; a launcher may end it once another process has failed
    writer_ = open_results(job_.output, job_.layout, job_.provenance, begin_);
    return work(beginning).stop ? Interrupted::code : 0;
  }

private:
  // What rank 0 lets the others know: one of these, or the numbers of the chunks that are there.
  static constexpr const char* complete = "complete";
  static constexpr const char* refused = "refused";

  [[nodiscard]] bool leads() const { return crew_.rank() == 0; }
  [[nodiscard]] bool quiet() const { return job_.quiet || !leads(); }

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
      if (job_.resume && is_complete()) return complete;
      begin_.start = job_.resume ? PartsStart::resume : job_.overwrite ? PartsStart::overwrite : PartsStart::afresh;
      writer_ = open_results(job_.output, job_.layout, job_.provenance, begin_);
    } catch (...) {
      crew_.share(refused);
      throw;
    }
    ChunkNumbers finished;
    for (const PartRecord& part : writer_->finished())
      if (const auto number = static_cast<std::int64_t>(part.part); number < chunks_.size()) finished.push_back(number);
    if (!quiet()) report_taken_over(finished);
    return text_of(finished);
  }

  // Whether the file is there, of this sweep. Another file is refused, unless it is the one that the parts were begun to replace.
  bool is_complete() {
    if (!holds_something(job_.output)) return false;
    const std::optional<FinishedRecord> found = find_record(job_.output);
    const std::string difference = found ? found->sweep.difference(begin_.sweep, job_.output, "here") : "";
    if (!found || !difference.empty()) {
      if (is_being_replaced(job_.output)) return false;
      refuse_to_replace(found ? "is of another sweep: " + difference
                              : fmt::format("is not known: it has no record of a sweep, or was changed since ({})",
                                            format_of(job_.output).why_no_record(job_.output)));
    }
    tally_ = found->tally;
    discard_parts_of(job_.output, begin_.sweep);
    if (!quiet()) print_err("qbatt: {} is complete\n", job_.output);
    return true;
  }

  [[noreturn]] void refuse_to_replace(const std::string& reason) const {
    throw InputError(
        fmt::format("--resume: {} {}; move it away, or give --overwrite in place of --resume to replace it", job_.output, reason),
        "--resume");
  }

  void report_taken_over(const ChunkNumbers& finished) const {
    for (const std::string& damage : writer_->damaged()) print_err("qbatt: {}: it is computed again\n", damage);
    if (!finished.empty())
      print_err("qbatt: {} of {} chunks are taken over from {}\n", finished.size(), chunks_.size(), writer_->parts());
  }

  // The advance of this process's crew starts where an earlier run ended.
  WorkReport work(const std::string& beginning) {
    const ChunkNumbers finished = numbers_in(beginning);
    for (const std::int64_t number : finished) {
      const Chunk chunk = chunks_[number];
      advance_.rows_before += chunk.rows.last - chunk.rows.first;
      advance_.work_before += chunk.seconds;
    }
    const WorkList todo(chunks_, crew_.size() > 1 ? WorkList::Order::longest_first : WorkList::Order::of_rows, finished);
    advance_.rows_in_all = begin_.sweep.rows;
    for (const ChunkList::Run& run : chunks_.runs()) advance_.work_in_all += run.seconds;
    progress_ = std::make_unique<Progress>(progress_style());
    const auto show = [&](const WorkReport& done) {
      advance_.rows = advance_.rows_before + done.rows;
      advance_.work = advance_.work_before + done.seconds;
      progress_->show(advance_);
    };
    const WorkReport mine = run_chunks(job_.plan, job_.request, chunks_, todo, *writer_, crew_, show);
    progress_->conclude(advance_.rows - advance_.rows_before, predicted_seconds());
    return mine;
  }

  // The cost model is of CPUs.
  [[nodiscard]] double predicted_seconds() const {
    if (job_.request.backend == Backend::cuda) return 0;
    const auto rows = static_cast<double>(advance_.rows - advance_.rows_before);
    const double levels = job_.profile.levels() * rows / static_cast<double>(job_.profile.rows());
    const double work = (advance_.work - advance_.work_before) / parallel_threads(job_.request);
    return (work + writing_seconds(format_of(job_.output), job_.layout, rows, levels)) / crew_.size();
  }

  [[nodiscard]] Progress::Style progress_style() const {
    const bool rows_on_terminal = job_.output == "-" && ::isatty(STDOUT_FILENO) == 1;
    if (quiet() || rows_on_terminal) return Progress::Style::none;
    return rewrites_lines(STDERR_FILENO) ? Progress::Style::terminal : Progress::Style::log;
  }

  int conclude(const WorkReport& mine) {
    const WorkReport others = crew_.others();
    tally_ = {};
    for (const PartRecord& part : writer_->finished()) tally_ += part.tally;
    if (tally_.finished < begin_.sweep.rows) {
      if (others.failed) throw FileError("another process has failed");
      if (!mine.stop && !others.stop)
        throw FileError(fmt::format("cannot read {}: finished chunks have vanished", writer_->parts()));
      print_err("qbatt: interrupted{}\n", kept());
      return Interrupted::code;
    }
    writer_->finish(static_cast<std::size_t>(chunks_.size()));
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
    return fmt::format(": {} of {} systems are finished and kept in {}; the same command with --resume{} goes on from there",
                       tally.finished, begin_.sweep.rows, writer_->parts(), job_.overwrite ? " in place of --overwrite" : "");
  }

  void report() const {
    if (quiet()) return;
    if (const std::int64_t dropped = job_.plan.summary().dropped; dropped > 0)
      print_err("qbatt: {} dropped as not physical\n", counted(dropped, "combination"));
    print_remark(remark_on(tally_));
  }

  SweepJob job_;
  Crew& crew_;
  ChunkList chunks_;
  ResultsBegin begin_;
  std::unique_ptr<ResultWriter> writer_;
  std::unique_ptr<Progress> progress_;
  Advance advance_;
  RowTally tally_;
};

}  // namespace

int run_sweep(SweepJob job, Crew& crew) {
  return SweepRun(std::move(job), crew).run();
}

}  // namespace qbatt::cli
