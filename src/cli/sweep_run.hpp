#pragma once

#include <string>

#include "io/result_writer.hpp"
#include "io/sweep_record.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/sweep.hpp"
#include "run/cost_profile.hpp"
#include "run/crew.hpp"

namespace qbatt::cli {

/// A sweep as one process is to carry it out.
struct SweepJob {
  SweepPlan plan;
  CostProfile profile;  ///< of the plan
  Request request;      ///< with a definite backend
  ResultsLayout layout;
  std::string output;  ///< a file or "-"
  Shard shard;
  bool resume = false;
  bool overwrite = false;
  bool quiet = false;
  Fingerprint identity;
  Provenance provenance;
};

/// Carries out a sweep, from its beginning or taken up, by the processes of a crew. Rank 0 leads: it begins or takes up the
/// results, lets the others know what there is, speaks to the user and puts the chunks together. Returns the exit code. Throws
/// InputError where there are fewer rows than shards, where several processes have no file, and where the chunks that are there are
/// of another sweep; FileError, saying what is kept, where a file cannot be read or written.
int run_sweep(SweepJob job, Crew& crew);

}  // namespace qbatt::cli
