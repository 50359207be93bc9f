#include "text/suggestion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qbatt {
namespace {

const std::vector<std::string> options{"--help",          "--nb",        "--nc",          "--m",      "--omega-b",
                                       "--omega-c",       "--times",     "--time-unit",   "--series", "--threads",
                                       "--dense-routine", "--tolerance", "--populations", "-o"};
const std::vector<std::string> columns{"n_b", "n_c", "m", "omega_b", "energy_opt", "energy_per_cell_opt", "entropy_opt"};

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
  return nearest_name(word, names).value_or("none");
}

TEST(Suggestion, DashesUnderscoresAndCapitalsDoNotCount) {
  EXPECT_EQ(nearest("--omega_b", options), "--omega-b");
  EXPECT_EQ(nearest("-nb", options), "--nb");
  EXPECT_EQ(nearest("--OmegaC", options), "--omega-c");
  EXPECT_EQ(nearest("nb", columns), "n_b");
  EXPECT_EQ(nearest("omega-b", columns), "omega_b");
}

TEST(Suggestion, FewLettersMayBeWrong) {
  EXPECT_EQ(nearest("--omega-bb", options), "--omega-b");
  EXPECT_EQ(nearest("--tolerence", options), "--tolerance");
  EXPECT_EQ(nearest("--thraeds", options), "--threads") << "swapped neighbors";
  EXPECT_EQ(nearest("--time", options), "--times");
  EXPECT_EQ(nearest("enrgy_opt", columns), "energy_opt");
}

TEST(Suggestion, BeginningsAndLongerWords) {
  EXPECT_EQ(nearest("--pop", options), "--populations");
  EXPECT_EQ(nearest("--dense", options), "--dense-routine");
  EXPECT_EQ(nearest("energy_per_cell", columns), "energy_per_cell_opt");
  EXPECT_EQ(nearest("--threads-per-rank", options), "--threads");
  EXPECT_EQ(nearest("--output", options), "-o");
  EXPECT_EQ(nearest("--out", options), "-o");
}

TEST(Suggestion, NothingWhereNothingIsNear) {
  for (const char* word : {"--bogus", "--verbose", "", "--", "x", "--magic", "--q"})
    EXPECT_EQ(nearest(word, options), "none") << word;
  EXPECT_EQ(nearest("spin", columns), "none");
  EXPECT_EQ(nearest("magic", columns), "none") << "m is the beginning of too much";
  EXPECT_EQ(nearest(std::string(1000, 'n'), options), "none");
  EXPECT_EQ(nearest("nb", {}), "none");
}

TEST(Suggestion, TheMessageNamesItAndAll) {
  EXPECT_EQ(accepted_names("cpi", {"auto", "cpu"}), "did you mean `cpu`? It must be one of auto, cpu");
  EXPECT_EQ(accepted_names("tensor", {"auto", "cpu"}), "it must be one of auto, cpu");
  EXPECT_EQ(accepted_names("--bn", {"--nb"}, "the options are"), "did you mean `--nb`? The options are --nb");
}

}  // namespace
}  // namespace qbatt
