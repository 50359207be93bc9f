#include "text/paragraphs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/text.hpp"

namespace qbatt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Wrapped, FillsLinesAndBreaksAtBlanksOnly) {
  EXPECT_THAT(wrapped("one two three four", 9), ElementsAre("one two", "three", "four"));
  EXPECT_THAT(wrapped("one two three four", 18), ElementsAre("one two three four"));
  EXPECT_THAT(wrapped("one two three four", 17), ElementsAre("one two three", "four"));
  EXPECT_THAT(wrapped("a incomprehensibilities b", 5), ElementsAre("a", "incomprehensibilities", "b"));
  EXPECT_THAT(wrapped("", 5), IsEmpty());
  EXPECT_THAT(wrapped("  one\n  two ", 80), ElementsAre("one two")) << "line ends are blanks";
}

TEST(Wrapped, BreaksListsThatAreLongerThanALine) {
  EXPECT_THAT(wrapped("see one,two,three now", 9), ElementsAre("see one,", "two,three", "now"));
  EXPECT_THAT(wrapped("see one,two", 7), ElementsAre("see", "one,two")) << "which fits a line";
  EXPECT_THAT(wrapped_command("see one,two,three now", 10), ElementsAre("see \\", "one,two,three \\", "now"))
      << "a word to a shell";
}

TEST(Wrapped, CountsCharactersNotBytes) {
  EXPECT_THAT(wrapped("ħω ħω ħω", 5), ElementsAre("ħω ħω", "ħω"));
}

TEST(Wrapped, CommandsGoOnBehindABackslash) {
  EXPECT_THAT(wrapped_command("qbatt sweep --nb 1:5", 20), ElementsAre("qbatt sweep --nb 1:5"));
  EXPECT_THAT(wrapped_command("qbatt sweep --nb 1:5", 19), ElementsAre("qbatt sweep --nb \\", "1:5"));
  EXPECT_THAT(wrapped_command("a b", 1), ElementsAre("a \\", "b")) << "too narrow for anything";
}

TEST(Alternatives, AreListedWithOrBeforeTheLast) {
  EXPECT_EQ(alternatives({"a"}), "a");
  EXPECT_EQ(alternatives({"a", "b"}), "a or b");
  EXPECT_EQ(alternatives({"a", "b", "c"}), "a, b or c");
}

TEST(Paragraphs, RunningTextIsJoinedAndIndentedLinesStay) {
  const std::vector<Paragraph> all = paragraphs("One\ntwo.\n\nExamples:\n  qbatt a\n  qbatt b\nThree\n");
  std::vector<std::string> texts;
  std::vector<bool> verbatim;
  std::vector<bool> spaced;
  for (const Paragraph& paragraph : all) {
    texts.push_back(paragraph.text);
    verbatim.push_back(paragraph.verbatim);
    spaced.push_back(paragraph.spaced);
  }
  EXPECT_THAT(texts, ElementsAre("One two.", "Examples:", "qbatt a", "qbatt b", "Three"));
  EXPECT_THAT(verbatim, ElementsAre(false, false, true, true, false));
  EXPECT_THAT(spaced, ElementsAre(false, true, false, false, false));
  EXPECT_THAT(paragraphs(""), IsEmpty());
}

}  // namespace
}  // namespace qbatt
