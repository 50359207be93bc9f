#include "io/csv_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/csv.hpp"
#include "io/formats.hpp"
#include "io/full_disk.hpp"
#include "io/sample_rows.hpp"
#include "io/temporary_folder.hpp"
#include "support/errors.hpp"

namespace qbatt {
namespace {

using test::FullDisk;
using test::message_of;
using test::sample_table;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string expected_text(std::int64_t first, std::int64_t last) {
  std::string text = csv_row_header();
  for (const Row& row : sample_table(first, last).rows) append_csv_row(text, row);
  return text;
}

// Whose chunks are kept, as others can go on from them.
ResultsBegin of_a_sweep() {
  ResultsBegin begin;
  begin.sweep.fingerprint.add("--nb", "1:3");
  return begin;
}

TEST(CsvFileWriter, TheFileAppearsOnlyWhenComplete) {
  const test::TemporaryFolder folder;
  CsvFileWriter writer(folder.path("out.csv"), {}, {});
  writer.write(0, sample_table(1, 3));
  EXPECT_THAT(folder.content(), testing::Contains("out.csv.parts/00000000.csv"));
  writer.write(1, sample_table(4, 5));
  EXPECT_THAT(folder.content(), testing::Contains("out.csv.parts/00000001.csv"));
  EXPECT_THAT(folder.content(), testing::Not(testing::Contains("out.csv")));
  EXPECT_EQ(writer.parts(), folder.path("out.csv.parts"));
  writer.finish(2);
  EXPECT_THAT(folder.content(), ElementsAre("out.csv"));
  EXPECT_EQ(test::read_text(folder.path("out.csv")), expected_text(1, 5));
}

TEST(CsvFileWriter, NeitherChunksNorTheirOrderShowInTheFile) {
  const test::TemporaryFolder folder;
  CsvFileWriter writer(folder.path("out.csv"), {}, {});
  for (const std::size_t i : {3, 0, 2, 1})
    writer.write(i, sample_table(3 * static_cast<std::int64_t>(i) + 1, 3 * static_cast<std::int64_t>(i) + 3));
  writer.finish(4);
  EXPECT_EQ(test::read_text(folder.path("out.csv")), expected_text(1, 12));
}

TEST(CsvFileWriter, AnInterruptedRunKeepsItsChunksAndTheOldFile) {
  const test::TemporaryFolder folder;
  folder.write("out.csv", "old");
  {
    CsvFileWriter writer(folder.path("out.csv"), {}, of_a_sweep());
    writer.write(0, sample_table(1, 3));
  }
  EXPECT_THAT(folder.content(), testing::IsSupersetOf({"out.csv", "out.csv.parts", "out.csv.parts/00000000.csv"}));
  EXPECT_EQ(test::read_text(folder.path("out.csv")), "old");
}

TEST(CsvFileWriter, OldPartsAreDiscardedAndAnOldFileIsReplaced) {
  const test::TemporaryFolder folder;
  folder.write("out.csv", "old");
  {
    CsvFileWriter interrupted(folder.path("out.csv"), {}, of_a_sweep());
    for (std::size_t i = 0; i < 3; ++i) interrupted.write(i, sample_table(1, 1));
  }
  CsvFileWriter writer(folder.path("out.csv"), {}, {.sweep = {}, .start = PartsStart::overwrite});
  writer.write(0, sample_table(7, 8));
  writer.finish(1);
  EXPECT_THAT(folder.content(), ElementsAre("out.csv"));
  EXPECT_EQ(test::read_text(folder.path("out.csv")), expected_text(7, 8));
}

TEST(CsvFileWriter, ForeignFilesInTheFolderOfPartsStay) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("out.csv.parts"));
  folder.write("out.csv.parts/notes.csv", "mine");
  folder.write("out.csv.parts/2024.csv", "mine");
  CsvFileWriter writer(folder.path("out.csv"), {}, {});
  writer.write(0, sample_table(1, 1));
  writer.finish(1);
  EXPECT_THAT(folder.content(), ElementsAre("out.csv", "out.csv.parts", "out.csv.parts/2024.csv", "out.csv.parts/notes.csv"));
}

// By a process without locks, or by somebody: what was not written here is in no file of ours.
TEST(CsvFileWriter, AChunkThatWasChangedIsAnError) {
  const test::TemporaryFolder folder;
  CsvFileWriter writer(folder.path("out.csv"), {}, {});
  for (std::size_t i = 0; i < 2; ++i) writer.write(i, sample_table(1, 3));
  folder.write("out.csv.parts/00000001.csv", expected_text(1, 2));
  EXPECT_THAT(message_of<FileError>([&] { writer.finish(2); }), HasSubstr("00000001.csv: it is not what was written there"));
  EXPECT_THAT(folder.content(), testing::Not(testing::Contains("out.csv")));
}

TEST(CsvFileWriter, WithoutAChunkNothingIsLeft) {
  const test::TemporaryFolder folder;
  { const CsvFileWriter writer(folder.path("out.csv"), {}, {}); }
  EXPECT_THAT(folder.content(), IsEmpty());
}

TEST(CsvFileWriter, UnwritablePlacesAreFileErrorsBeforeAnythingIsComputed) {
  const test::TemporaryFolder folder;
  const auto error = [](const std::string& path) { return message_of<FileError>([&] { CsvFileWriter writer(path, {}, {}); }); };
  EXPECT_EQ(error(folder.path("none/out.csv")), "cannot write " + folder.path("none/out.csv") + ": No such file or directory");
  folder.write("file", "");
  EXPECT_THAT(error(folder.path("file/out.csv")), HasSubstr("Not a directory"));
  std::filesystem::create_directory(folder.path("folder.csv"));
  EXPECT_THAT(error(folder.path("folder.csv")), HasSubstr("Is a directory"));
  folder.write("taken.csv.parts", "");
  EXPECT_THAT(error(folder.path("taken.csv")), HasSubstr("taken.csv.parts: Not a directory"));
  EXPECT_THAT(folder.content(), ElementsAre("file", "folder.csv", "taken.csv.parts"));
}

TEST(CsvFileWriter, AFullDiskInAChunkKeepsTheFinishedOnes) {
  const test::TemporaryFolder folder;
  CsvFileWriter writer(folder.path("out.csv"), {}, {});
  writer.write(0, sample_table(1, 1));
  {
    const FullDisk disk(2000);
    EXPECT_THAT(message_of<FileError>([&] { writer.write(1, sample_table(2, 100)); }), HasSubstr("00000001.csv: File too large"));
  }
  EXPECT_THAT(folder.content(), ElementsAre("out.csv.parts", "out.csv.parts/00000000.csv", "out.csv.parts/journal"));
}

TEST(CsvFileWriter, AFullDiskAtTheEndLeavesNoFile) {
  const test::TemporaryFolder folder;
  CsvFileWriter writer(folder.path("out.csv"), {}, {});
  for (std::size_t i = 0; i < 10; ++i) writer.write(i, sample_table(1, 1));
  {
    const FullDisk disk(2000);
    EXPECT_THAT(message_of<FileError>([&] { writer.finish(10); }), HasSubstr("File too large"));
  }
  EXPECT_THAT(folder.content(), testing::Not(testing::Contains("out.csv")));
  EXPECT_THAT(folder.content(), testing::Contains("out.csv.parts/00000009.csv"));
}

TEST(OpenResults, TakesOnlyNamesThatItCanWrite) {
  for (const char* name : {"out", "out.csv.gz", ".csv", ".nc", "", "out.CSV"}) {
    EXPECT_THAT(message_of<InputError>([&] { open_results(name, {}, {}); }), HasSubstr("must be a file that ends in .csv or .nc"))
        << name;
  }
  EXPECT_TRUE(open_results("-", {}, {})->parts().empty());
}

}  // namespace
}  // namespace qbatt
