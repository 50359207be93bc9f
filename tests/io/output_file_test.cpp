#include "io/output_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "io/output_target.hpp"
#include "io/temporary_folder.hpp"
#include "support/errors.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

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
              OutputFile file = OutputFile::stream("/dev/full");
              file.write("x");
              file.flush();
            }),
            "cannot write /dev/full: No space left on device");
  EXPECT_EQ(message_of<FileError>([] {
              OutputFile file = OutputFile::stream("/dev/full");
              file.write("x");
              file.close();
            }),
            "cannot write /dev/full: No space left on device");
  EXPECT_EQ(message_of<FileError>([] {
              OutputFile file = OutputFile::stream("/dev/full");
              for (int i = 0; i < 1000; ++i) file.write(std::string(1000, 'x'));
            }),
            "cannot write /dev/full: No space left on device");
}

TEST(AtomicFile, AppearsOnlyWhenCommitted) {
  const test::TemporaryFolder folder;
  AtomicFile file(folder.path("out"));
  file.write("new");
  EXPECT_THAT(folder.content(), ElementsAre(MatchesRegex("out\\.[0-9a-f]{16}\\.unfinished")));
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

TEST(AtomicFile, SeveralOfOneNameDoNotMeet) {
  const test::TemporaryFolder folder;
  {
    AtomicFile first(folder.path("out"));
    AtomicFile second(folder.path("out"));
    first.write("first");
    second.write("the second");
    first.commit();
    EXPECT_EQ(test::read_text(folder.path("out")), "first");
    second.commit();
  }
  EXPECT_EQ(test::read_text(folder.path("out")), "the second");
  EXPECT_THAT(folder.content(), ElementsAre("out"));
}

void write_file(const std::string& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

TEST(AtomicFile, WritesTheTargetOfALink) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("data"));
  folder.write("data/target", "old");
  std::filesystem::create_symlink("data/target", folder.path("link"));
  std::filesystem::create_symlink(folder.path("link"), folder.path("link to link"));
  std::filesystem::create_symlink("data/new", folder.path("dangling"));
  write_file(folder.path("link to link"), "new");
  EXPECT_EQ(test::read_text(folder.path("data/target")), "new");
  write_file(folder.path("dangling"), "new");
  EXPECT_EQ(test::read_text(folder.path("data/new")), "new");
  for (const char* link : {"link", "link to link", "dangling"}) EXPECT_TRUE(std::filesystem::is_symlink(folder.path(link))) << link;
  EXPECT_THAT(folder.content(), ElementsAre("dangling", "data", "data/new", "data/target", "link", "link to link"));
}

TEST(AtomicFile, KeepsPermissionsAndFollowsTheUmask) {
  using std::filesystem::perms;
  const test::TemporaryFolder folder;
  const auto permissions = [&] { return std::filesystem::status(folder.path("out")).permissions(); };
  const mode_t old = ::umask(027);
  write_file(folder.path("out"), "new");
  EXPECT_EQ(permissions(), perms{0640});
  for (const perms kept : {perms{0600}, perms{0664}, perms{0666}, perms{0755}}) {
    std::filesystem::permissions(folder.path("out"), kept);
    write_file(folder.path("out"), "new");
    EXPECT_EQ(permissions(), kept);
  }
  ::umask(old);
}

TEST(AtomicFile, RefusesWhatAFileWouldReplace) {
  const test::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo(folder.path("fifo").c_str(), 0666), 0);
  folder.write("read-only", "mine");
  std::filesystem::permissions(folder.path("read-only"), std::filesystem::perms::owner_read);
  std::filesystem::create_symlink("fifo", folder.path("link"));
  std::filesystem::create_symlink("loop", folder.path("loop"));
  const auto refusal = [&](const std::string& name) {
    const std::string path = name.starts_with('/') ? name : folder.path(name);
    return message_of<FileError>([&] { AtomicFile file(path); });
  };
  EXPECT_THAT(refusal("fifo"), HasSubstr("fifo: it is a FIFO"));
  EXPECT_THAT(refusal("link"), HasSubstr("fifo: it is a FIFO"));
  EXPECT_EQ(refusal("read-only"), "cannot write " + folder.path("read-only") + ": it is read-only");
  EXPECT_THAT(refusal("loop"), HasSubstr("Too many levels of symbolic links"));
  EXPECT_THAT(refusal("/dev/zero"), HasSubstr("/dev/zero: it is a device"));
  EXPECT_THAT(refusal("/dev/full"), HasSubstr("/dev/full: it is a device"));
  EXPECT_THAT(folder.content(), ElementsAre("fifo", "link", "loop", "read-only"));
}

TEST(AtomicFile, WritesTheNullDeviceAsAStream) {
  const test::TemporaryFolder folder;
  std::filesystem::create_symlink("/dev/null", folder.path("null"));
  for (const std::string& name : {std::string("/dev/null"), folder.path("null")}) {
    AtomicFile file(name);
    file.write("nothing");
    file.commit();
    EXPECT_TRUE(file.unfinished_path().empty());
  }
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_THAT(folder.content(), ElementsAre("null"));
}

TEST(AtomicFile, IsRemovedAsTheLastActOfAProgram) {
  const test::TemporaryFolder folder;
  AtomicFile first(folder.path("first"));
  const AtomicFile second(folder.path("second"));
  first.commit();
  remove_unfinished_files();
  EXPECT_THAT(folder.content(), ElementsAre("first"));
}

TEST(OutputPath, OfTheStandardOutputIsADash) {
  const test::TemporaryFolder folder;
  std::filesystem::create_symlink("/dev/stdout", folder.path("out.csv"));
  for (const std::string& name : {std::string("-"), std::string("/dev/stdout"), folder.path("out.csv")})
    EXPECT_EQ(output_path(name), "-") << name;
  EXPECT_EQ(output_path(folder.path("new.csv")), folder.path("new.csv"));
  EXPECT_EQ(output_path("new.csv"), "new.csv");
}

TEST(AtomicFile, RefusesAFolder) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(message_of<FileError>([&] { AtomicFile file(folder.path()); }), "cannot write " + folder.path() + ": Is a directory");
  EXPECT_THAT(folder.content(), IsEmpty());
}

}  // namespace
}  // namespace qbatt
