#include "contract/checksum_record.hpp"

#include <gnu/libc-version.h>

#include <fstream>
#include <stdexcept>
#include <utility>

#include "qbatt/version.hpp"

#ifdef QBATT_HAS_LAPACK
#include <cblas.h>
#endif

namespace qbatt::test {
namespace {

using nlohmann::json;

std::string elementary_functions() {
  std::string text = std::string("glibc ") + gnu_get_libc_version();
  text += __builtin_cpu_supports("fma") != 0 ? ", FMA" : ", no FMA";
  text += __builtin_cpu_supports("avx2") != 0 ? ", AVX2" : ", no AVX2";
#ifdef __FMA__
  text += ", compiled for FMA";  // -march=native, say: then what is not compiled for each instruction set fuses products and sums
#endif
  return text;
}

std::string blas() {
#ifdef QBATT_HAS_LAPACK
  return std::string(openblas_get_config()) + ", kernels for " + openblas_get_corename();
#else
  return "none";
#endif
}

json empty_record() {
  const Surroundings here = surroundings();
  return {{"revision", ""},
          {"made_in", {{"elementary_functions", here.elementary_functions}, {"blas", here.blas}}},
          {"sweeps", json::object()}};
}

json read_or_begin(const std::string& path) {
  std::ifstream file(path);
  return file ? json::parse(file) : empty_record();
}

}  // namespace

Surroundings surroundings() {
  return {.elementary_functions = elementary_functions(), .blas = blas()};
}

void use_one_blas_thread() {
#ifdef QBATT_HAS_LAPACK
  openblas_set_num_threads(1);
#endif
}

ChecksumRecord::ChecksumRecord(std::string path) : path_(std::move(path)), content_(read_or_begin(path_)) {}

Surroundings ChecksumRecord::made_in() const {
  const json& made_in = content_.at("made_in");
  return {.elementary_functions = made_in.at("elementary_functions"), .blas = made_in.at("blas")};
}

std::optional<std::string> ChecksumRecord::find(const std::string& sweep, const std::string& instruction_set) const {
  const json& sweeps = content_.at("sweeps");
  const auto found = sweeps.find(sweep);
  if (found == sweeps.end() || !found->contains(instruction_set)) return std::nullopt;
  return found->at(instruction_set).get<std::string>();
}

void ChecksumRecord::put(const std::string& sweep, const std::string& instruction_set, const std::string& checksum) {
  json begun = empty_record();
  if (content_.at("made_in") != begun.at("made_in")) content_ = std::move(begun);
  content_["revision"] = git_revision();
  content_["sweeps"][sweep][instruction_set] = checksum;
  std::ofstream file(path_);
  file << content_.dump(2) << '\n';
  if (!file.flush()) throw std::runtime_error("cannot write " + path_);
}

}  // namespace qbatt::test
