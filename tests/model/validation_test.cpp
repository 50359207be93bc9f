#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "qbatt/central_spin.hpp"
#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

struct Case {
  std::string label;
  CentralSpin system;
  std::vector<std::string> named;  ///< what the message must contain: the parameter, its value, the accepted range
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.label;
}

CentralSpin with(double CentralSpin::*parameter, double value) {
  CentralSpin s = CentralSpin::resonant(3, 4);
  s.*parameter = value;
  return s;
}

const Case cases[] = {
    {"NbZero", {.n_b = 0, .n_c = 4, .m = 4}, {"N_b", " 0 ", "1", "10000000000"}},
    {"NbNegative", {.n_b = -3, .n_c = 4, .m = 4}, {"N_b", "-3", "10000000000"}},
    {"NbTooLarge", {.n_b = CentralSpin::max_spins + 1, .n_c = 4, .m = 4}, {"N_b", "10000000001", "10000000000"}},
    {"NbLargest", {.n_b = std::numeric_limits<std::int64_t>::max(), .n_c = 4, .m = 4}, {"N_b", "9223372036854775807"}},
    {"NcZero", {.n_b = 3, .n_c = 0, .m = 0}, {"N_c", " 0 ", "1", "10000000000"}},
    {"NcTooLarge", {.n_b = 3, .n_c = CentralSpin::max_spins + 1, .m = 4}, {"N_c", "10000000001", "10000000000"}},
    {"MNegative", {.n_b = 3, .n_c = 4, .m = -1}, {"m ", "-1", "0", "4"}},
    {"MAboveNc", {.n_b = 3, .n_c = 4, .m = 5}, {"m ", "5", "0", "4"}},
    {"OmegaBZero", with(&CentralSpin::omega_b, 0), {"omega_b", "0", "greater than 0"}},
    {"OmegaBNegative", with(&CentralSpin::omega_b, -2.5), {"omega_b", "-2.5", "greater than 0"}},
    {"OmegaBNan", with(&CentralSpin::omega_b, nan), {"omega_b", "nan"}},
    {"OmegaBInfinite", with(&CentralSpin::omega_b, inf), {"omega_b", "inf", "finite"}},
    {"OmegaCNan", with(&CentralSpin::omega_c, nan), {"omega_c", "nan", "finite"}},
    {"OmegaCInfinite", with(&CentralSpin::omega_c, -inf), {"omega_c", "-inf", "finite"}},
    {"CouplingNan", with(&CentralSpin::coupling, nan), {"A ", "nan", "finite"}},
    {"CouplingInfinite", with(&CentralSpin::coupling, inf), {"A ", "inf", "finite"}},
    {"IsingNan", with(&CentralSpin::ising, nan), {"Delta", "nan", "finite"}},
    {"IsingInfinite", with(&CentralSpin::ising, -inf), {"Delta", "-inf", "finite"}},
};

class Validation : public testing::TestWithParam<Case> {};

TEST_P(Validation, NamesParameterValueAndRange) {
  try {
    validate(GetParam().system);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    const std::string message = error.what();
    for (const std::string& part : GetParam().named) EXPECT_NE(message.find(part), std::string::npos) << part << " in: " << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_FALSE(message.ends_with('.')) << message;
    EXPECT_EQ(error.exit_code(), 2);
  }
}

TEST_P(Validation, HoldsAtTheEntryPointToo) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(2, 2), GetParam().system};
  EXPECT_THROW((void)solve(systems, Request{}), InputError);
}

INSTANTIATE_TEST_SUITE_P(EveryParameter, Validation, testing::ValuesIn(cases), [](const auto& test) { return test.param.label; });

TEST(RequestValidation, DevicesAndMemory) {
  const auto accepts = [](const Request& request) { EXPECT_NO_THROW((void)solve({}, request)); };
  const auto refuses = [](const Request& request, const std::string& named) {
    try {
      (void)solve({}, request);
      FAIL() << "accepted";
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(named), std::string::npos) << error.what();
    }
  };
  Request request;
  request.backend = Backend::cpu;
  request.cuda.devices = {2, 0};
  request.cuda.memory = 1;
  accepts(request);
  request.cuda.devices = {0, -1};
  refuses(request, "devices (--device) = -1");
  request.cuda.devices = {1, 0, 1};
  refuses(request, "1 is named twice");
  request.cuda.devices.clear();
  request.cuda.memory = 0;
  refuses(request, "memory (--memory) = 0");
}

TEST(ValidationAccepts, TheEdgesOfTheRanges) {
  EXPECT_NO_THROW(validate({.n_b = 1, .n_c = 1, .m = 0}));
  EXPECT_NO_THROW(validate(CentralSpin::resonant(CentralSpin::max_spins, CentralSpin::max_spins)));
  EXPECT_NO_THROW(validate({.n_b = CentralSpin::max_spins, .n_c = 1, .m = 1}));
  EXPECT_NO_THROW(validate({.n_b = 2, .n_c = 2, .m = 2, .omega_b = 1e-300, .omega_c = -5, .coupling = 0, .ising = -1e300}));
}

TEST(Describe, NamesEveryParameter) {
  EXPECT_EQ(describe({.n_b = 7, .n_c = 8, .m = 5, .omega_b = 1, .omega_c = 1.5, .coupling = -2, .ising = 0.25}),
            "N_b = 7, N_c = 8, m = 5, omega_b = 1, omega_c = 1.5, A = -2, Delta = 0.25");
}

}  // namespace
}  // namespace qbatt::test
