#include "io/parts_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/results_place.hpp"
#include "io/temporary_folder.hpp"
#include "support/errors.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Parts : public testing::Test {
protected:
  static SweepRecord sweep(const std::string& nb = "1:9") {
    SweepRecord record{.fingerprint = {}, .shard = {}, .first_row = 0, .rows = 9};
    record.fingerprint.add("--nb", nb);
    return record;
  }

  // A part is its number as text.
  static void add(PartsFolder& parts, std::size_t i) {
    const std::string text = "part " + std::to_string(i);
    std::ofstream(parts.part(i)) << text;
    ChecksumSum sum;
    sum.add(text);
    parts.add({.part = i, .tally = {1, 0, 0}, .samples = 2, .checksum = sum.value()});
  }

  static std::vector<std::size_t> numbers(const std::vector<PartRecord>& records) {
    std::vector<std::size_t> result;
    for (const PartRecord& record : records) result.push_back(record.part);
    return result;
  }

  void begin_with_three() const {
    PartsFolder parts(file_, sweep(), PartsStart::afresh);
    for (const std::size_t i : {2, 0, 1}) add(parts, i);
  }

  test::TemporaryFolder folder_;
  std::string file_ = folder_.path("out.csv");
  std::string journal_ = folder_.path("out.csv.parts/journal");
};

TEST_F(Parts, AreTakenUp) {
  begin_with_three();
  PartsFolder parts(file_, sweep(), PartsStart::resume);
  EXPECT_THAT(parts.damaged(), IsEmpty());
  EXPECT_THAT(numbers(parts.finished()), ElementsAre(0, 1, 2));
  EXPECT_EQ(parts.finished()[1].samples, 2);
  add(parts, 3);
  EXPECT_THAT(numbers(parts.all(4)), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(message_of<FileError>([&] { static_cast<void>(parts.all(5)); }), HasSubstr("00000004.csv: it has vanished"));
}

TEST_F(Parts, AreDiscardedByARunThatOverwritesAlone) {
  begin_with_three();
  EXPECT_THAT(message_of<InputError>([&] { PartsFolder(file_, sweep(), PartsStart::afresh); }),
              HasSubstr("out.csv.parts has 3 finished chunks of an interrupted sweep: qbatt sweep --resume goes on from there, "
                        "--overwrite discards them"));
  EXPECT_EQ(folder_.content().size(), 5U);
  const PartsFolder parts(file_, sweep(), PartsStart::overwrite);
  EXPECT_THAT(parts.finished(), IsEmpty());
  EXPECT_THAT(folder_.content(), ElementsAre("out.csv.parts", "out.csv.parts/journal"));
}

TEST_F(Parts, NothingBegunIsBegun) {
  const PartsFolder parts(file_, sweep(), PartsStart::resume);
  EXPECT_THAT(parts.finished(), IsEmpty());
}

TEST_F(Parts, WithoutAJournalAreRefusedAndStay) {
  begin_with_three();
  const std::size_t files = folder_.content().size();
  std::filesystem::remove(journal_);
  EXPECT_THAT(message_of<InputError>([&] { PartsFolder(file_, sweep(), PartsStart::resume); }),
              HasSubstr("its journal does not say of which sweep"));
  EXPECT_EQ(folder_.content().size(), files);
  EXPECT_THROW(PartsFolder(file_, sweep(), PartsStart::afresh), InputError) << "nor are they discarded without a word";
  const PartsFolder parts(file_, sweep(), PartsStart::overwrite);
  EXPECT_THAT(parts.finished(), IsEmpty());
}

TEST_F(Parts, OfAnotherVersionAreRefusedAndStay) {
  begin_with_three();
  std::string journal = test::read_text(journal_);
  const std::string key = "\"format_version\":3,";
  ASSERT_THAT(journal, HasSubstr(key));
  folder_.write("out.csv.parts/journal", journal.erase(journal.find(key), key.size()));
  EXPECT_THAT(message_of<InputError>([&] { PartsFolder(file_, sweep(), PartsStart::resume); }),
              HasSubstr("another version of qbatt has written it: its format_version is 1"));
  EXPECT_EQ(folder_.content().size(), 5U);
}

TEST_F(Parts, OfAnotherSweepAreRefusedAndStay) {
  begin_with_three();
  EXPECT_THAT(message_of<InputError>([&] { PartsFolder(file_, sweep("1:8"), PartsStart::resume); }),
              HasSubstr("out.csv.parts is of another sweep: --nb is 1:9 in"));
  SweepRecord shard = sweep();
  shard.shard = {1, 2};
  EXPECT_THAT(message_of<InputError>([&] { PartsFolder(file_, shard, PartsStart::resume); }), HasSubstr("--shard is 1/1 in"));
  EXPECT_EQ(folder_.content().size(), 5U);
}

TEST_F(Parts, DamagedOnesAreNamedAndRemoved) {
  begin_with_three();
  add(*std::make_unique<PartsFolder>(file_, sweep(), PartsStart::resume), 3);
  folder_.write("out.csv.parts/00000000.csv", "part");    // cut short
  folder_.write("out.csv.parts/00000002.csv", "part 3");  // a bit flipped
  std::filesystem::remove(folder_.path("out.csv.parts/00000003.csv"));
  PartsFolder parts(file_, sweep(), PartsStart::resume);
  EXPECT_THAT(parts.damaged(), ElementsAre(HasSubstr("00000000.csv is damaged (it has 4 bytes in place of 6)"),
                                           HasSubstr("00000002.csv is damaged (its checksum is wrong)"),
                                           HasSubstr("00000003.csv is damaged (it is not there)")));
  EXPECT_THAT(numbers(parts.finished()), ElementsAre(1));
  add(parts, 0);
  EXPECT_THAT(numbers(parts.finished()), ElementsAre(0, 1));
}

TEST_F(Parts, OfALineThatWasCutShortAreNotTrusted) {
  begin_with_three();
  const std::string journal = test::read_text(journal_);
  folder_.write("out.csv.parts/journal", journal.substr(0, journal.size() - 10));
  PartsFolder parts(file_, sweep(), PartsStart::resume);
  EXPECT_THAT(numbers(parts.finished()), ElementsAre(0, 2)) << "part 1 was the last";
  add(parts, 1);
  EXPECT_THAT(numbers(parts.finished()), ElementsAre(0, 1, 2)) << "the new line stands on its own";
}

TEST_F(Parts, OfSeveralProcessesAreOneList) {
  PartsFolder parts(file_, sweep(), PartsStart::afresh);
  {
    PartsFolder second(file_, sweep(), PartsStart::join, 1);
    add(second, 1);
  }
  add(parts, 0);
  PartsFolder(file_, sweep(), PartsStart::join, 2);
  EXPECT_THAT(numbers(parts.finished()), ElementsAre(0, 1));
  parts.discard();
  EXPECT_THAT(folder_.content(), IsEmpty());
}

TEST_F(Parts, OfAnotherProcessSurviveTheEndOfTheFirst) {
  auto first = std::make_unique<PartsFolder>(file_, sweep(), PartsStart::afresh);
  first->discard();
  const PartsFolder second(file_, sweep(), PartsStart::afresh);
  first.reset();
  EXPECT_THAT(folder_.content(), ElementsAre("out.csv.parts", "out.csv.parts/journal"));
}

TEST_F(Parts, ThatAProcessLeftUnfinishedAreNoneAndGo) {
  std::filesystem::create_directory(folder_.path("out.csv.parts"));
  for (const char* name : {"00000000.csv.0123456789abcdef.unfinished", "all.csv.0123456789abcdef.unfinished", "notes.unfinished"})
    folder_.write(std::string("out.csv.parts/") + name, "half");
  const PartsFolder parts(file_, sweep(), PartsStart::afresh);
  EXPECT_THAT(folder_.content(), ElementsAre("out.csv.parts", "out.csv.parts/journal", "out.csv.parts/notes.unfinished"));
}

TEST_F(Parts, KnowTheFileThatTheyAreToReplace) {
  EXPECT_FALSE(is_being_replaced(file_));
  folder_.write("out.csv", "old");
  begin_with_three();
  EXPECT_TRUE(is_being_replaced(file_));
  folder_.write("out.csv", "another");
  EXPECT_FALSE(is_being_replaced(file_));
  std::filesystem::remove(file_);
  EXPECT_FALSE(is_being_replaced(file_));
}

TEST_F(Parts, MakePlaceForWhatElseWritesTheFile) {
  {
    const ResultsPlace place(file_, false);
    EXPECT_THAT(message_of<FileError>([&] { ResultsPlace(file_, true); }), HasSubstr("another process is writing it"));
    EXPECT_EQ(place.stem(), folder_.path("out.csv.parts/all.csv"));
  }
  EXPECT_THAT(folder_.content(), IsEmpty());
  begin_with_three();
  EXPECT_THROW(ResultsPlace(file_, false), InputError);
  EXPECT_EQ(folder_.content().size(), 5U);
  {
    const ResultsPlace place(file_, true);
    remove_unfinished_files();
    EXPECT_THAT(folder_.content(), IsEmpty()) << "as where a signal ends the program";
  }
  EXPECT_THAT(folder_.content(), IsEmpty());
}

TEST_F(Parts, LeftBehindGoAndThoseOfAnotherSweepStay) {
  begin_with_three();
  discard_parts_of(file_, sweep("1:8"));
  EXPECT_EQ(folder_.content().size(), 5U);
  discard_parts_of(file_, sweep());
  EXPECT_THAT(folder_.content(), IsEmpty());
  discard_parts_of(file_, sweep());
  EXPECT_THAT(folder_.content(), IsEmpty());
}

// Nobody goes on from the part of a curve: it goes with the process, or with the next one where that was killed.
TEST_F(Parts, OfNoSweepAreNotKept) {
  {
    PartsFolder curve(file_, SweepRecord{}, PartsStart::afresh);
    add(curve, 0);
    std::filesystem::copy(folder_.path("out.csv.parts"), folder_.path("killed"));
  }
  EXPECT_THAT(folder_.content(), ElementsAre("killed", "killed/00000000.csv", "killed/journal"));
  std::filesystem::rename(folder_.path("killed"), folder_.path("out.csv.parts"));
  const PartsFolder parts(file_, sweep(), PartsStart::afresh);
  EXPECT_THAT(parts.finished(), IsEmpty());
  EXPECT_THAT(folder_.content(), ElementsAre("out.csv.parts", "out.csv.parts/journal"));
}

// As where there are no locks: the last to begin has the folder, and the other neither adds to it nor removes it.
TEST_F(Parts, BelongToTheLastWhereThereAreNoLocks) {
  auto first = std::make_unique<PartsFolder>(file_, sweep(), PartsStart::afresh);
  Journal(journal_).begin(sweep("1:8"), {}, "another");
  const std::string theirs = test::read_text(journal_);
  EXPECT_THAT(message_of<FileError>([&] { add(*first, 0); }), HasSubstr("out.csv: another process is writing it"));
  EXPECT_THAT(first->finished(), IsEmpty());
  first.reset();
  EXPECT_THAT(folder_.content(), ElementsAre("out.csv.parts", "out.csv.parts/00000000.csv", "out.csv.parts/journal"));
  EXPECT_EQ(test::read_text(journal_), theirs);
}

TEST_F(Parts, OfAnotherRunInTheSameJournalAreNone) {
  PartsFolder parts(file_, sweep(), PartsStart::afresh);
  add(parts, 0);
  Journal(journal_).append({.part = 1, .tally = {1, 0, 0}, .samples = 2, .checksum = {}}, "another");
  folder_.write("out.csv.parts/00000001.csv", "theirs");
  EXPECT_THAT(numbers(parts.finished()), ElementsAre(0));
}

// A part that was computed again has two records; the file decides.
TEST_F(Parts, HaveTheChecksumOfWhatIsThere) {
  begin_with_three();
  folder_.write("out.csv.parts/00000000.csv", "damage");
  PartsFolder parts(file_, sweep(), PartsStart::resume);
  folder_.write("out.csv.parts/00000000.csv", "part 7");
  ChecksumSum sum;
  sum.add("part 7");
  parts.add({.part = 0, .tally = {1, 0, 0}, .samples = 2, .checksum = sum.value()});
  EXPECT_EQ(parts.all(3)[0].checksum, sum.value());
}

TEST_F(Parts, BelongToOneProcessAtATime) {
  const PartsFolder parts(file_, sweep(), PartsStart::afresh);
  for (const PartsStart start : {PartsStart::afresh, PartsStart::overwrite, PartsStart::resume})
    EXPECT_THAT(message_of<FileError>([&] { PartsFolder(file_, sweep(), start); }), HasSubstr("another process is writing it"));
}

}  // namespace
}  // namespace qbatt
