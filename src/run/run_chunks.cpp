#include "run/run_chunks.hpp"

#include <future>
#include <utility>

#include "api/solve_physical.hpp"
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

/// Reads the systems of a chunk while others are solved.
class ReadingAhead {
public:
  explicit ReadingAhead(const SweepPlan& plan) : reader_(plan) {}

  void begin(const RowRange& rows) {
    reading_ = std::async(
        std::launch::async, [this, rows] { return read_now(rows); });
  }

  /// Those of begin(), if it was called since the last read, else of these rows.
  std::vector<CentralSpin> read(const RowRange& rows) { return reading_.valid() ? reading_.get() : read_now(rows); }

private:
  std::vector<CentralSpin> read_now(const RowRange& rows) {
    const TraceSpan span("read", rows.last - rows.first);
    return reader_.read(rows);
  }

  ChunkReader reader_;
  std::future<std::vector<CentralSpin>> reading_;
};

Table solve_chunk(const std::vector<CentralSpin>& systems, const Request& request) {
  const TraceSpan span("solve", std::ssize(systems));
  return solve_physical(systems, request);
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
  ReadingAhead reading(plan);
  WritingBeside writing(writer);
  auto number = claim();
  while (number) {
    const std::int64_t part = todo[*number];
    const Chunk chunk = chunks[part];
    const std::vector<CentralSpin> systems = reading.read(chunk.rows);
    const auto following = alone ? claim() : std::nullopt;
    if (following) reading.begin(chunks[todo[*following]].rows);
    const WorkReport before = done;
    Request watched = request;
    watched.progress = [&](std::size_t finished, std::size_t total) {
      done.rows = before.rows + static_cast<std::int64_t>(finished);
      done.seconds = before.seconds + chunk.seconds * static_cast<double>(finished) / static_cast<double>(total);
      show();
    };
    try {
      writing.write(part, solve_chunk(systems, watched));
    } catch (const Interrupted&) {
      done = before;
      number = claim();  // which tells the crew
      continue;
    }
    done.rows = before.rows + chunk.rows.last - chunk.rows.first;
    done.seconds = before.seconds + chunk.seconds;
    show();
    number = alone ? following : claim();
  }
  writing.wait();
  crew.leave(done);
  return done;
}

}  // namespace qbatt
