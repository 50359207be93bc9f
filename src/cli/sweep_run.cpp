#include "cli/sweep_run.hpp"

#include <fmt/format.h>
#include <omp.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/progress.hpp"
#include "cli/terminal.hpp"
#include "io/formats.hpp"
#include "qbatt/errors.hpp"
#include "run/run_chunks.hpp"

namespace qbatt::cli {
namespace {

constexpr int file_error_code = 3;

/// One sweep, from its beginning or taken up, by the processes of a crew.
class SweepRun {
public:
  SweepRun(SweepJob job, Crew& crew) : job_(std::move(job)), crew_(crew), profile_(job_.plan, job_.request) {
    if (crew_.size() > 1 && job_.output == "-") throw InputError("-o FILE is needed where several processes work on a sweep", "-o");
    const RowRange rows = rows_of_shard(profile_, job_.shard);
    chunks_ = cut_into_chunks(job_.plan, job_.request, profile_, rows);
    begin_.sweep = {.fingerprint = job_.identity, .shard = job_.shard, .first_row = rows.first, .rows = rows.last - rows.first};
  }

  int run() {
    if (leads()) return lead();
    begin_.start = PartsStart::join;
    begin_.rank = crew_.rank();
    const std::string beginning = crew_.share({});
    if (beginning == complete) return 0;
    if (beginning.starts_with(refused)) return std::stoi(beginning.substr(std::string_view(refused).size()));
    writer_ = open_results(job_.output, job_.layout, job_.provenance, begin_);
    return work(beginning).stop ? Interrupted::code : 0;
  }

private:
  // What rank 0 lets the others know: one of these, or for each chunk whether it is there.
  static constexpr const char* complete = "complete";
  static constexpr const char* refused = "refused ";  // and the exit code
  static constexpr char there = '1';
  static constexpr char missing = '0';

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
      begin_.start = job_.resume ? PartsStart::resume : PartsStart::afresh;
      writer_ = open_results(job_.output, job_.layout, job_.provenance, begin_);
    } catch (const Error& error) {
      crew_.share(refused + std::to_string(error.exit_code()));
      throw;
    } catch (...) {
      crew_.share(refused + std::to_string(file_error_code));
      throw;
    }
    std::string chunks(chunks_.size(), missing);
    for (const PartRecord& part : writer_->finished())
      if (part.part < chunks.size()) chunks[part.part] = there;
    if (!quiet()) report_taken_over(chunks);
    return chunks;
  }

  // Whether the file is there, of this sweep. One of another sweep is refused, unless it was already being replaced.
  bool is_complete() {
    const std::optional<FinishedRecord> found = find_record(job_.output);
    if (!found) return false;
    const std::string difference = found->sweep.difference(begin_.sweep, job_.output, "here");
    if (!difference.empty()) {
      if (has_parts(job_.output)) return false;
      throw InputError(fmt::format("--resume: {} is of another sweep: {}; give the same options, or no --resume to replace it",
                                   job_.output, difference),
                       "--resume");
    }
    tally_ = found->tally;
    discard_parts_of(job_.output, begin_.sweep);
    if (!quiet()) print_err("qbatt: {} is complete\n", job_.output);
    return true;
  }

  void report_taken_over(const std::string& chunks) const {
    for (const std::string& damage : writer_->damaged()) print_err("qbatt: {}: it is computed again\n", damage);
    const auto count = std::ranges::count(chunks, there);
    if (count > 0) print_err("qbatt: {} of {} chunks are taken over from {}\n", count, chunks.size(), writer_->parts());
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
    const auto show = [&](const WorkReport& done) {
      advance_.rows = advance_.rows_before + done.rows;
      advance_.work = advance_.work_before + done.seconds;
      progress_->show(advance_);
    };
    const WorkReport mine = run_chunks(job_.plan, job_.request, chunks_, todo, *writer_, crew_, show);
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
    if (const std::int64_t dropped = job_.plan.summary().dropped; dropped > 0)
      print_err("qbatt: {} combinations that are not physical were dropped\n", dropped);
    remark_on(tally_);
  }

  SweepJob job_;
  Crew& crew_;
  CostProfile profile_;
  std::vector<Chunk> chunks_;
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
