#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "io/temporary_folder.hpp"
#include "support/run_command.hpp"

namespace qbatt::test {

/// Runs qbatt in an empty folder.
class Cli : public testing::Test {
protected:
  CommandResult run(const std::vector<std::string>& arguments, CommandOptions options = {}) {
    options.directory = folder_.path();
    return run_qbatt(arguments, options);
  }

  /// The standard output of a command that succeeds and has nothing to remark.
  std::string succeeds(const std::vector<std::string>& arguments, CommandOptions options = {}) {
    const CommandResult result = run(arguments, std::move(options));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.err, testing::IsEmpty());
    return result.out;
  }

  /// Through a shell, as "$1" "$2" ... behind `script`; "$0" is qbatt.
  CommandResult run_in_shell(const std::string& script) {
    CommandOptions options;
    options.directory = folder_.path();
    return run_command({"/bin/sh", "-c", script, QBATT_EXECUTABLE}, options);
  }

  TemporaryFolder folder_;
};

/// One line, ours.
inline bool is_one_message(const std::string& err) {
  return err.starts_with("qbatt: ") && err.size() > 20 && std::count(err.begin(), err.end(), '\n') == 1 && err.back() == '\n';
}

}  // namespace qbatt::test
