#include "io/fingerprint.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "io/sweep_record.hpp"

namespace qbatt {
namespace {

Fingerprint print_of(const std::string& nb, const std::string& solver) {
  Fingerprint print;
  print.add("--nb", nb);
  print.add("--solver", solver);
  return print;
}

TEST(Fingerprint, NamesTheFirstDifference) {
  const Fingerprint there = print_of("1:2000", "auto");
  EXPECT_EQ(there.difference(there, "a file", "here"), "");
  EXPECT_EQ(there.difference(print_of("1:3000", "dense"), "a file", "here"), "--nb is 1:2000 in a file and 1:3000 here");
  EXPECT_EQ(there.difference(print_of("1:2000", ""), "a file", "here"), "--solver is auto in a file and not given here");
  Fingerprint more = there;
  more.add("--window", "5");
  EXPECT_EQ(there.difference(more, "a file", "here"), "--window is not given in a file and 5 here");
  EXPECT_EQ(more.difference(there, "a file", "here"), "--window is 5 in a file and not given here");
}

Fingerprint print_of_words(const std::string& nb, const std::string& list, const std::string& solver) {
  Fingerprint print;
  print.add("--nb", nb, "the list");
  print.add("--solver", solver);
  print.add("the list", list);
  return print;
}

TEST(Fingerprint, WordsCountForNothingWhereWhatTheySayIsTheSame) {
  const Fingerprint there = print_of_words("1:3", "3 systems", "auto");
  EXPECT_EQ(there.difference(print_of_words("1,2,3", "3 systems", "auto"), "a file", "here"), "");
  EXPECT_EQ(there.difference(print_of_words("1,2,3", "3 systems", "dense"), "a file", "here"),
            "--solver is auto in a file and dense here");
  EXPECT_EQ(there.difference(print_of_words("1:4", "4 systems", "auto"), "a file", "here"), "--nb is 1:3 in a file and 1:4 here");
  EXPECT_EQ(there.difference(print_of_words("1:3", "2 systems", "auto"), "a file", "here"),
            "the list is 3 systems in a file and 2 systems here");
}

TEST(Fingerprint, WordsCountWhereThereIsNothingElse) {
  EXPECT_EQ(print_of_words("1:3", "", "auto").difference(print_of_words("1,2,3", "", "auto"), "a file", "here"),
            "--nb is 1:3 in a file and 1,2,3 here");
}

TEST(Fingerprint, GoesThroughJson) {
  const Fingerprint words = print_of_words("1:3", "3 systems", "auto");
  EXPECT_EQ(Fingerprint::from_json(words.json()).difference(words, "a file", "here"), "");
  EXPECT_EQ(Fingerprint::from_json(words.json()).json(), words.json());

  const Fingerprint print = print_of("1,2\"\\", "ä\n");
  EXPECT_EQ(Fingerprint::from_json(print.json()), print);
  for (const char* text : {"", "{", "[]", "{\"a\": 1}", "null", "{\"a\": {\"b\": \"c\"}}"})
    EXPECT_THROW(Fingerprint::from_json(text), std::invalid_argument) << text;
}

TEST(FinishedRecord, GoesThroughJsonWithOtherMembers) {
  const FinishedRecord record{.sweep = {.fingerprint = print_of("1:9", "auto"), .shard = {2, 3}, .first_row = 4, .rows = 5},
                              .tally = {5, 2, 1},
                              .checksum = Checksum{123, 0xffffffffU}};
  const auto back = FinishedRecord::from_json(record.json("{\"command\": \"qbatt\"}"));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->sweep.fingerprint, record.sweep.fingerprint);
  EXPECT_EQ(back->sweep.shard, record.sweep.shard);
  EXPECT_EQ(back->sweep.first_row, 4);
  EXPECT_EQ(back->sweep.rows, 5);
  EXPECT_EQ(back->tally, record.tally);
  EXPECT_EQ(back->checksum, record.checksum);
  for (const char* text : {"", "{}", "[]", "{\"fingerprint\": {}, \"shard\": 1}"})
    EXPECT_FALSE(FinishedRecord::from_json(text)) << text;
}

}  // namespace
}  // namespace qbatt
