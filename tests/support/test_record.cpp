#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <string>

// Where QBATT_TEST_RECORD names a file, every test that ends appends a line of JSON to it: what a run that is stopped leaves, since
// GoogleTest writes its own record at the very end. Linked into every test program.
namespace {

const char* outcome_of(const testing::TestResult& result) {
  if (result.Skipped()) return "skipped";
  return result.Passed() ? "passed" : "failed";
}

class Record : public testing::EmptyTestEventListener {
public:
  explicit Record(int file) : file_(file) {}

  void OnTestEnd(const testing::TestInfo& test) override {
    std::ostringstream line;
    line << R"({"test": ")" << test.test_suite_name() << '.' << test.name() << R"(", "result": ")" << outcome_of(*test.result())
         << R"(", "milliseconds": )" << test.result()->elapsed_time() << "}\n";
    const std::string text = line.str();
    [[maybe_unused]] const auto written = ::write(file_, text.data(), text.size());  // at once: nothing is left to be flushed
  }

private:
  int file_;
};

[[maybe_unused]] const bool recording = [] {
  constexpr int permissions = 0666;
  const char* const path = std::getenv("QBATT_TEST_RECORD");
  const int file = path == nullptr ? -1 : ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, permissions);
  if (file >= 0) testing::UnitTest::GetInstance()->listeners().Append(new Record(file));
  return file >= 0;
}();

}  // namespace
