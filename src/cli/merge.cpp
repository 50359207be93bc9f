#include "io/merge.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "cli/add_options.hpp"
#include "cli/commands.hpp"
#include "io/formats.hpp"
#include "io/output_target.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cli {
namespace {

struct MergeOptions {
  std::vector<std::string> shards;
  OptionText output;
  bool overwrite = false;
};

int run(const MergeOptions& options) {
  if (options.shards.empty()) throw InputError("FILE is missing: name the files that qbatt sweep --shard has written");
  if (!options.output || *options.output == "-")
    throw InputError("-o FILE is required: the file that the shards are put together in", "-o");
  const std::string output = results_path(*options.output);
  if (is_stream(output))
    throw InputError(fmt::format("-o: {} cannot hold what is merged: it must be a file", *options.output), "-o");
  const RowTally tally = merge_shards(options.shards, output, options.overwrite);
  print_remark(remark_on(tally));
  return exit_code(tally);
}

}  // namespace

Command add_merge(CommandLine& command) {
  auto options = std::make_shared<MergeOptions>();
  command.add_option("shards", options->shards, "the files of all shards of one sweep, in any order; they stay")
      ->option_text("FILE ...")
      ->default_str("required");
  add_option(command, {"-o", "FILE", "the file they are put together in, with their suffix", "required", "plane.csv"},
             options->output, "Output");
  add_switch(command, overwrite_switch, options->overwrite, "Output");
  command.footer(
      "Example:\n"
      "  qbatt sweep --nb 1:2000 --shard 1/2 -o one.csv\n"
      "  qbatt sweep --nb 1:2000 --shard 2/2 -o two.csv\n"
      "  qbatt merge one.csv two.csv -o all.csv");
  return [options](const Invocation&) { return run(*options); };
}

}  // namespace qbatt::cli
