#include "run/run_chunks.hpp"

#include "api/solve_physical.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {

WorkReport run_chunks(const SweepPlan& plan, const Request& request, const ChunkList& chunks, const WorkList& todo,
                      ResultWriter& writer, Crew& crew, const std::function<void(const WorkReport& done)>& show_progress) {
  WorkReport done;
  const auto show = [&] {
    WorkReport all = crew.others();
    all += done;
    show_progress(all);
  };
  ChunkReader reader(plan);
  const auto next = [&] {
    done.stop = request.stop.stop_requested();
    return crew.claim(done);
  };
  for (auto number = next(); number && *number < todo.size(); number = next()) {
    const std::int64_t part = todo[*number];
    const Chunk chunk = chunks[part];
    const WorkReport before = done;
    Request watched = request;
    watched.progress = [&](std::size_t finished, std::size_t total) {
      done.rows = before.rows + static_cast<std::int64_t>(finished);
      done.seconds = before.seconds + chunk.seconds * static_cast<double>(finished) / static_cast<double>(total);
      show();
    };
    try {
      writer.write(static_cast<std::size_t>(part), solve_physical(reader.read(chunk.rows), watched));
    } catch (const Interrupted&) {
      done = before;
      continue;  // which tells the crew
    }
    done.rows = before.rows + chunk.rows.last - chunk.rows.first;
    done.seconds = before.seconds + chunk.seconds;
    show();
  }
  crew.leave(done);
  return done;
}

}  // namespace qbatt
