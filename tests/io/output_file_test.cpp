#include "io/output_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "support/errors.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(OutputFile, WritesEverything) {
  const test::TemporaryFolder folder;
  OutputFile file = OutputFile::create(folder.path("out"));
  std::string expected;
  for (int i = 0; i < 100'000; ++i) {
    file.write("0123456789");
    expected += "0123456789";
  }
  file.close();
  EXPECT_EQ(test::read_text(folder.path("out")), expected);
}

TEST(OutputFile, AFullDiskIsAnErrorThatNamesFileAndReason) {
  EXPECT_EQ(message_of<FileError>([] {
              OutputFile file = OutputFile::create("/dev/full");
              file.write("x");
              file.flush();
            }),
            "cannot write /dev/full: No space left on device");
  EXPECT_EQ(message_of<FileError>([] {
              OutputFile file = OutputFile::create("/dev/full");
              file.write("x");
              file.close();
            }),
            "cannot write /dev/full: No space left on device");
  EXPECT_EQ(message_of<FileError>([] {
              OutputFile file = OutputFile::create("/dev/full");
              for (int i = 0; i < 1000; ++i) file.write(std::string(1000, 'x'));
            }),
            "cannot write /dev/full: No space left on device");
}

TEST(AtomicFile, AppearsOnlyWhenCommitted) {
  const test::TemporaryFolder folder;
  AtomicFile file(folder.path("out"));
  file.write("new");
  EXPECT_THAT(folder.content(), ElementsAre("out.unfinished"));
  file.commit();
  EXPECT_THAT(folder.content(), ElementsAre("out"));
  EXPECT_EQ(test::read_text(folder.path("out")), "new");
}

TEST(AtomicFile, LeavesTheOldFileWhenGivenUp) {
  const test::TemporaryFolder folder;
  folder.write("out", "old");
  { AtomicFile(folder.path("out")).write("new"); }
  EXPECT_EQ(test::read_text(folder.path("out")), "old");
  EXPECT_THAT(folder.content(), ElementsAre("out"));
}

TEST(AtomicFile, RefusesAFolder) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(message_of<FileError>([&] { AtomicFile file(folder.path()); }), "cannot write " + folder.path() + ": Is a directory");
  EXPECT_THAT(folder.content(), IsEmpty());
}

}  // namespace
}  // namespace qbatt
