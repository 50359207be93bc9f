#include "support/csv.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace qbatt::test {
namespace {

TEST(Csv, FindsFieldsByRowAndName) {
  const Csv csv("a,b,status\n1,2.5e-3,ok\n-7,nan,no-peak\n");
  EXPECT_EQ(csv.header(), (std::vector<std::string>{"a", "b", "status"}));
  EXPECT_EQ(csv.rows(), 2U);
  EXPECT_EQ(csv.number(0, "b"), 2.5e-3);
  EXPECT_EQ(csv.numbers("a"), (std::vector<double>{1, -7}));
  EXPECT_TRUE(std::isnan(csv.number(1, "b")));
  EXPECT_EQ(csv.text(1, "status"), "no-peak");
  EXPECT_TRUE(csv.has("b"));
  EXPECT_FALSE(csv.has("c"));
}

TEST(Csv, AHeaderAloneHasNoRows) {
  EXPECT_EQ(Csv("a,b\n").rows(), 0U);
}

TEST(Csv, KeepsEmptyFields) {
  EXPECT_EQ(Csv("a,b\n,\n").text(0, "b"), "");
}

TEST(Csv, RefusesWhatQbattNeverWrites) {
  EXPECT_THROW(Csv(""), std::runtime_error);
  EXPECT_THROW(Csv("a,b\n1,2"), std::runtime_error) << "cut short";
  EXPECT_THROW(Csv("a,b\n1\n"), std::runtime_error) << "a field is missing";
  EXPECT_THROW(Csv("a,b\n1,2,3\n"), std::runtime_error) << "a field too many";
  EXPECT_THROW(Csv("a,b\n1,2\n\n"), std::runtime_error) << "an empty line";
  EXPECT_THROW(Csv("a\n\"1\"\n"), std::runtime_error);
  EXPECT_THROW(Csv("a\r\n1\r\n"), std::runtime_error);
}

TEST(Csv, RefusesToReadTextAsANumber) {
  const Csv csv("a\nok\n1x\n1 \n\n1e999\n");
  for (std::size_t row = 0; row < csv.rows(); ++row) EXPECT_THROW((void)csv.number(row, "a"), std::runtime_error) << row;
  EXPECT_THROW((void)csv.number(0, "b"), std::runtime_error);
}

}  // namespace
}  // namespace qbatt::test
