#include "run/run_chunks.hpp"

#include <future>
#include <memory>
#include <utility>

#include "api/prepare_physical.hpp"
#include "model/trace.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

/// Writes a chunk while others are solved.
class WritingBeside {
public:
  explicit WritingBeside(ResultWriter& writer) : writer_(writer) {}

  /// Begins to write a chunk once the one before is written. Throws what writing that one threw.
  void write(std::int64_t part, Table chunk) {
    wait();
    writing_ = std::async(std::launch::async, [this, part, chunk = std::move(chunk)] {
      const TraceSpan span("write", std::ssize(chunk.rows));
      writer_.write(static_cast<std::size_t>(part), chunk);
    });
  }

  /// Until all is written. Throws what writing threw.
  void wait() {
    if (writing_.valid()) writing_.get();
  }

private:
  ResultWriter& writer_;
  std::future<void> writing_;  // its destructor waits too
};

/// A chunk that is read, and that a backend has begun to plan.
struct PlannedChunk {
  std::vector<CentralSpin> systems;
  std::unique_ptr<PreparedWork> work;
};

/// Reads and plans a chunk while others are solved.
class PlanningAhead {
public:
  /// Both must outlive this and the chunks.
  PlanningAhead(const SweepPlan& plan, const Request& request) : reader_(plan), request_(request) {}

  void begin(const RowRange& rows) {
    planning_ = std::async(
        std::launch::async, [this, rows] { return plan_now(rows); });
  }

  /// That of begin(), if it was called since the last time, else of these rows.
  PlannedChunk take(const RowRange& rows) { return planning_.valid() ? planning_.get() : plan_now(rows); }

private:
  PlannedChunk plan_now(const RowRange& rows) {
    PlannedChunk chunk;
    {
      const TraceSpan span("read", rows.last - rows.first);
      chunk.systems = reader_.read(rows);
    }
    chunk.work = prepare_physical(chunk.systems, request_);
    return chunk;
  }

  ChunkReader reader_;
  const Request& request_;
  std::future<PlannedChunk> planning_;
};

Table solve_chunk(PlannedChunk chunk) {
  const TraceSpan span("solve", std::ssize(chunk.systems));
  return chunk.work->solve();
}

}  // namespace

WorkReport run_chunks(const SweepPlan& plan, const Request& request, const ChunkList& chunks, const WorkList& todo,
                      ResultWriter& writer, Crew& crew, const std::function<void(const WorkReport& done)>& show_progress) {
  WorkReport done;
  const auto show = [&] {
    WorkReport all = crew.others();
    all += done;
    show_progress(all);
  };
  const auto claim = [&]() -> std::optional<std::int64_t> {
    done.stop = request.stop.stop_requested();
    const auto number = crew.claim(done);
    return number && *number < todo.size() ? number : std::nullopt;
  };
  // What is claimed ahead nobody else can take up.
  const bool alone = crew.size() == 1;
  WorkReport before;  // the chunk that is solved
  Chunk chunk;
  Request watched = request;
  watched.progress = [&](std::size_t finished, std::size_t total) {
    done.rows = before.rows + static_cast<std::int64_t>(finished);
    done.seconds = before.seconds + chunk.seconds * static_cast<double>(finished) / static_cast<double>(total);
    show();
  };
  PlanningAhead planning(plan, watched);
  WritingBeside writing(writer);
  auto number = claim();
  while (number) {
    const std::int64_t part = todo[*number];
    before = done;
    chunk = chunks[part];
    try {
      PlannedChunk planned = planning.take(chunk.rows);
      const auto following = alone ? claim() : std::nullopt;
      if (following) planning.begin(chunks[todo[*following]].rows);
      writing.write(part, solve_chunk(std::move(planned)));
      done.rows = before.rows + chunk.rows.last - chunk.rows.first;
      done.seconds = before.seconds + chunk.seconds;
      show();
      number = alone ? following : claim();
    } catch (const Interrupted&) {
      done = before;
      number = claim();  // which tells the crew
    }
  }
  writing.wait();
  crew.leave(done);
  return done;
}

}  // namespace qbatt
