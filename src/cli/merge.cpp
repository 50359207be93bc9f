#include "io/merge.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "cli/add_options.hpp"
#include "cli/commands.hpp"
#include "io/formats.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cli {
namespace {

struct MergeOptions {
  std::vector<std::string> shards;
  OptionText output;
};

int run(const MergeOptions& options) {
  if (options.shards.empty()) throw InputError("SHARD is missing: name the files that qbatt sweep --shard has written");
  if (!options.output || *options.output == "-")
    throw InputError("-o FILE is required: the file that the shards are put together in", "-o");
  check_results_name(*options.output);
  const RowTally tally = merge_shards(options.shards, *options.output);
  remark_on(tally);
  return exit_code(tally);
}

}  // namespace

Command add_merge(CommandLine& command) {
  auto options = std::make_shared<MergeOptions>();
  command.add_option("SHARD", options->shards, "the files of all shards of one sweep, in any order; they stay")
      ->option_text("FILE ...");
  add_option(command, {"-o", "FILE", "the file they are put together in, with their suffix", "required", "plane.csv"},
             options->output, "Output");
  command.footer(
      "Example:\n"
      "  qbatt sweep --nb 1:2000 --shard 1/2 -o one.csv\n"
      "  qbatt sweep --nb 1:2000 --shard 2/2 -o two.csv\n"
      "  qbatt merge one.csv two.csv -o all.csv");
  return [options](const Invocation&) { return run(*options); };
}

}  // namespace qbatt::cli
