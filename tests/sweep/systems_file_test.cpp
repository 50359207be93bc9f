#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "qbatt/sweep.hpp"
#include "support/errors.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class SystemsFile : public testing::Test {
protected:
  std::vector<CentralSpin> systems_of(const std::string& content, const AxisTexts& constants = {}) {
    const SweepPlan plan = SweepPlan::from_file(folder_.write("systems.csv", content), constants, false);
    std::vector<CentralSpin> systems;
    SweepCursor cursor = plan.systems();
    while (const auto system = cursor.next()) systems.push_back(*system);
    return systems;
  }

  std::string error_of(const std::string& content, bool skip_invalid = false, const AxisTexts& constants = {}) {
    const std::string path = folder_.write("systems.csv", content);
    return message_of<InputError>([&] { SweepPlan::from_file(path, constants, skip_invalid); });
  }

  test::TemporaryFolder folder_;
};

TEST_F(SystemsFile, ReadsRowsInOrderWithAnyColumns) {
  EXPECT_THAT(systems_of("n_b\n7\n3\n"), ElementsAre(CentralSpin{7, 7, 7, 1, 1, 1, 0}, CentralSpin{3, 3, 3, 1, 1, 1, 0}));
  EXPECT_THAT(systems_of("ising,m,n_b,n_c,omega_c,omega_b,coupling\n-0.5,1,1e1,12,2,3,-4\n"),
              ElementsAre(CentralSpin{10, 12, 1, 3, 2, -4, -0.5}));
}

TEST_F(SystemsFile, ColumnsLeftOutTakeTheirDefaults) {
  EXPECT_THAT(systems_of("n_b,n_c\n5,8\n"), ElementsAre(CentralSpin{5, 8, 8, 1, 1, 1, 0}));
  EXPECT_THAT(systems_of("n_b,omega_b\n5,2.5\n"), ElementsAre(CentralSpin{5, 5, 5, 2.5, 2.5, 1, 0}));
}

TEST_F(SystemsFile, NamesTheChargerOfEachRow) {
  const std::vector<CentralSpin> systems = systems_of(
      "n_b,n_c,m,charger,charger_state\n4,6,3,spins,dicke\n4,6,2.5,spins,thermal\n4,0,2,boson,dicke\n4,,1.5,boson,coherent\n");
  ASSERT_EQ(systems.size(), 4U);
  EXPECT_EQ(systems[1], (CentralSpin{4, 6, 2.5, 1, 1, 1, 0, Charger::spins, ChargerState::thermal}));
  EXPECT_EQ(systems[2], (CentralSpin{4, 0, 2, 1, 1, 1, 0, Charger::boson, ChargerState::dicke}));
  EXPECT_EQ(systems[3], (CentralSpin{4, 0, 1.5, 1, 1, 1, 0, Charger::boson, ChargerState::coherent}));
  EXPECT_EQ(systems_of("n_b,charger\n4,boson\n4,spins\n"),
            (std::vector<CentralSpin>{{4, 0, 4, 1, 1, 1, 0, Charger::boson}, {4, 4, 4, 1, 1, 1, 0, Charger::spins}}));
  AxisTexts constants;
  constants[static_cast<std::size_t>(Parameter::charger_state)] = "thermal";
  EXPECT_EQ(systems_of("n_b,m\n4,2.5\n", constants).front(),
            (CentralSpin{4, 4, 2.5, 1, 1, 1, 0, Charger::spins, ChargerState::thermal}));
  EXPECT_THAT(error_of("n_b,charger\n4,bosons\n"),
              HasSubstr("line 2, column charger: `bosons` is not known: did you mean `boson`?"));
  EXPECT_THAT(error_of("n_b,n_c,charger\n4,5,boson\n"), HasSubstr("line 2, column n_c: N_c (--nc) = 5 is out of range"));
  EXPECT_THAT(error_of("n_b,n_c,charger\n4,,spins\n"), HasSubstr("line 2, column n_c: N_c (--nc) = 0 is out of range"));
  EXPECT_THAT(error_of("n_b,m,charger_state\n4,2.5,dicke\n"), HasSubstr("line 2, column m: m (--m) = 2.5 is out of range"));
}

TEST_F(SystemsFile, ToleratesWhatSpreadsheetsDo) {
  const std::string content = "\xEF\xBB\xBF\"n_b\", \"n_c\"\r\n 5 , 6 \r\n\r\n7,8";
  EXPECT_THAT(systems_of(content), ElementsAre(CentralSpin{5, 6, 6, 1, 1, 1, 0}, CentralSpin{7, 8, 8, 1, 1, 1, 0}));
}

TEST_F(SystemsFile, ReadsTabsSemicolonsAndComments) {
  const std::vector<CentralSpin> expected{{5, 6, 6, 1, 1, 1, 0}, {7, 8, 8, 1, 1, 1, 0}};
  EXPECT_EQ(systems_of("n_b\tn_c\n5\t6\n7\t8\n"), expected);
  EXPECT_EQ(systems_of("n_b;n_c\r\n5;6\r\n7;8\r\n"), expected);
  EXPECT_EQ(systems_of("# of 2026\n\nn_b,n_c\n5,6\n  # the second\n7,8\n#end"), expected);
  EXPECT_THAT(error_of("n_b;n_c\n5,6\n"), HasSubstr("line 2, column 2: the row has 1 field, but the header has 2 columns"));
  EXPECT_THAT(error_of("# one\nn_b\n# two\nx\n"), HasSubstr("line 4, column n_b: `x`")) << "comments count";
  EXPECT_THAT(error_of("n_b;ising\n5;0,5\n"), HasSubstr("line 2, column ising: `0,5` is not a number"));
}

TEST_F(SystemsFile, ColumnsOfResultsArePassedOver) {
  EXPECT_THAT(systems_of("n_b,dim,status,ising,t_opt,p_full_opt\n5,6,ok,0.5,nan,0.9\n"),
              ElementsAre(CentralSpin{5, 5, 5, 1, 1, 1, 0.5}));
  EXPECT_THAT(error_of("n_b,status,t_opt,spin\n5,ok,1,2\n"), HasSubstr("line 1, column 4: `spin` is not a column of systems"));
  EXPECT_THAT(error_of("n_b,dim,status,t,energy\n5,6,ok,0,0\n"),
              HasSubstr("line 1, column 4: `t` tells of time series, which have a line for each time"));
  EXPECT_THAT(error_of("t,energy\n0,0\n"), HasSubstr("line 1, column 1: `t` tells of time series"));
  EXPECT_THAT(error_of("dim,status\n6,ok\n"), HasSubstr("column n_b: the header does not name it"));
}

TEST_F(SystemsFile, NetcdfIsNamed) {
  EXPECT_THAT(message_of<InputError>([&] { SweepPlan::from_file(folder_.path("results.nc"), {}, false); }),
              HasSubstr("results.nc cannot be read: it must be a CSV file"));
}

TEST_F(SystemsFile, ConstantsStandForColumns) {
  AxisTexts constants;
  const auto constant = [&](Parameter parameter) -> std::optional<std::string>& {
    return constants[static_cast<std::size_t>(parameter)];
  };
  constant(Parameter::ising) = "0.3";
  constant(Parameter::m) = "0.5nc";
  EXPECT_THAT(systems_of("n_b,n_c\n5,8\n5,7\n", constants),
              ElementsAre(CentralSpin{5, 8, 4, 1, 1, 1, 0.3}, CentralSpin{5, 7, 4, 1, 1, 1, 0.3}));
  EXPECT_THAT(error_of("n_b,ising\n5,0\n", false, constants), HasSubstr("--ising cannot be combined with the column ising of"));
  constant(Parameter::ising) = "0,0.3";
  EXPECT_THAT(error_of("n_b\n5\n", false, constants),
              HasSubstr("--ising: `0,0.3` is an axis, which cannot be combined with --systems"));
  constant(Parameter::ising) = "x";
  EXPECT_THAT(error_of("n_b\n5\n", false, constants), HasSubstr("--ising: `x` is not a number or a link"));
  constants = {};
  constant(Parameter::n_b) = "nc+1";
  EXPECT_THAT(systems_of("n_c\n4\n", constants), ElementsAre(CentralSpin{5, 4, 4, 1, 1, 1, 0}))
      << "links follow the file's columns";
  EXPECT_THAT(error_of("m\n4\n", false, constants), HasSubstr("form a cycle"));
}

TEST_F(SystemsFile, BadValuesNameLineAndColumn) {
  for (const char* value : {"1.5", "nan", "inf", "0x10", "five", "", "1e400", "99999999999999999999", "3 4", "nb"})
    EXPECT_THAT(error_of(std::string("n_b,n_c\n5,5\n6,") + value + "\n"), HasSubstr("systems.csv: line 3, column n_c: `")) << value;
  EXPECT_THAT(error_of("n_b,coupling\n5,nan\n"), HasSubstr("line 2, column coupling: `nan` is not a number"));
  EXPECT_THAT(error_of("n_b,n_c\n5,5\n\n6,x\n"), HasSubstr("line 4, column n_c")) << "blank lines count";
}

TEST_F(SystemsFile, UnphysicalRowsNameLineAndColumn) {
  EXPECT_THAT(error_of("n_b,m\n5,5\n5,6\n"), AllOf(HasSubstr("line 3, column m: "), HasSubstr("m (--m) = 6 is out of range")));
  EXPECT_THAT(error_of("n_b\n0\n"), HasSubstr("line 2, column n_b: "));
  EXPECT_THAT(error_of("n_b,omega_b\n5,-1\n"), HasSubstr("line 2, column omega_b: "));
}

TEST_F(SystemsFile, SkipInvalidDropsUnphysicalRowsButNotDamagedOnes) {
  const SweepPlan plan = SweepPlan::from_file(folder_.write("s.csv", "n_b,m\n5,5\n5,6\n4,1\n"), {}, true);
  EXPECT_EQ(plan.summary().systems, 2);
  EXPECT_EQ(plan.summary().dropped, 1);
  EXPECT_THAT(error_of("n_b,m\n5,5\n5,x\n", true), HasSubstr("line 3, column m"));
}

TEST_F(SystemsFile, BadHeadersNameLineAndColumn) {
  EXPECT_THAT(error_of("n_b,spin\n5,5\n"),
              HasSubstr("line 1, column 2: `spin` is not a column of systems: it must be one of n_b, n_c, m"));
  EXPECT_THAT(error_of("n_b,n_b\n5,5\n"), HasSubstr("line 1, column 2: `n_b` is named twice"));
  EXPECT_THAT(error_of("n_c,m\n5,5\n"), HasSubstr("line 1, column n_b: the header does not name it"));
  EXPECT_THAT(error_of("N_b\n5\n"), HasSubstr("line 1, column 1: `N_b`"));
  EXPECT_THAT(error_of("5\n6\n"), HasSubstr("line 1, column 1: `5`"));
}

TEST_F(SystemsFile, RowsOfAnotherLengthNameLineAndColumn) {
  EXPECT_THAT(error_of("n_b,n_c\n5\n"), HasSubstr("line 2, column 2: the row has 1 field, but the header has 2 columns"));
  EXPECT_THAT(error_of("n_b,n_c\n5,6,7\n"), HasSubstr("line 2, column 3: the row has 3 fields"));
}

TEST_F(SystemsFile, EmptyFilesAreErrors) {
  EXPECT_THAT(error_of(""), HasSubstr("line 1, column n_b: the file is empty"));
  EXPECT_THAT(error_of("\n\n"), HasSubstr("the file is empty"));
  EXPECT_THAT(error_of("n_b\n"), HasSubstr("line 1: there are no rows below the header"));
}

TEST_F(SystemsFile, UnreadableFilesAreFileErrors) {
  const auto error = [](const std::string& path) { return message_of<FileError>([&] { SweepPlan::from_file(path, {}, false); }); };
  EXPECT_THAT(error(folder_.path("none.csv")), EndsWith("none.csv: No such file or directory"));
  EXPECT_THAT(error(folder_.path()), EndsWith(": Is a directory"));
}

TEST_F(SystemsFile, BinaryRubbishIsAnErrorOfOneLine) {
  const std::string message =
      error_of(std::string("\x7f"
                           "ELF\0\1\2,\n\xff\xfe",
                           12));
  EXPECT_THAT(message, HasSubstr("line 1, column 1"));
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace qbatt
