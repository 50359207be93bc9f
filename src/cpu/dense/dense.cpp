#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <string>
#include <vector>

#include "cpu/dense/dense.hpp"
#include "cpu/dense/lapack.hpp"
#include "kernels/certificate.hpp"
#include "kernels/observe.hpp"
#include "model/numerical_error.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cpu {
namespace {

using kernels::AmplitudeBlock;

/// The tridiagonal matrix in units of a_0. Both arrays have one entry a level; offdiag of the last level is 0.
struct Tridiagonal {
  std::vector<double> diag;
  std::vector<double> offdiag;
  std::vector<double> diag_size;  ///< what rounding in diag is relative to

  explicit Tridiagonal(const LevelChain& chain)
      : diag(static_cast<std::size_t>(chain.dim)), offdiag(diag.size(), 0.0), diag_size(diag.size()) {
    for (std::size_t k = 0; k < diag.size(); ++k) {
      diag[k] = kernels::diag(chain.model, static_cast<double>(k));
      diag_size[k] = kernels::diag_size(chain.model, static_cast<double>(k));
      offdiag[k] = k + 1 < diag.size() ? kernels::offdiag(chain.model, static_cast<double>(k)) : 0.0;
    }
  }
};

class DenseStates final : public PairedChain {
public:
  DenseStates(const LevelChain& chain, const Lapack& lapack)
      : PairedChain(chain),
        lapack_(lapack),
        matrix_(chain),
        dim_(chain.dim),
        eigenvalues_(matrix_.diag.size()),
        vectors_(matrix_.diag.size() * matrix_.diag.size()) {
    diagonalize();
    certify();
  }

  [[nodiscard]] std::int64_t pairs(std::size_t /*place*/) const override { return dim_; }

  void evaluate(const Sampling& sampling) override {
    constexpr std::size_t batch = 16;
    const auto levels = static_cast<std::size_t>(dim_);
    double* const populations = populations_of(sampling);
    std::complex<double>* const amplitudes = amplitudes_of(sampling);
    for (std::size_t begin = 0; begin < sampling.times; begin += batch) {
      const std::size_t count = std::min(batch, sampling.times - begin);
      double* const p = populations == nullptr ? nullptr : populations + begin * levels;
      evaluate_batch(sampling.t.subspan(begin, count), sampling.detail, sampling.reports.subspan(begin, count), p);
      for (std::size_t i = 0; amplitudes != nullptr && i < count; ++i) {
        const double* const re = amplitudes_.data() + 2 * i * levels;
        const double* const im = re + levels;
        std::transform(re, re + levels, im, amplitudes + (begin + i) * levels,
                       [](double a, double b) { return std::complex(a, b); });
      }
    }
  }

private:
  void diagonalize() {
    const std::size_t d = matrix_.diag.size();
    for (std::size_t k = 0; k < d; ++k) {
      if (std::isnan(matrix_.diag[k]) || std::isnan(matrix_.offdiag[k]))  // on which dsyevd may not come to an end
        throw NumericalError(Failure::lapack, "the matrix for LAPACK dsyevd has an entry that is not a number");
      vectors_[k * d + k] = matrix_.diag[k];
      if (k + 1 < d) vectors_[k * d + k + 1] = vectors_[(k + 1) * d + k] = matrix_.offdiag[k];
    }
    double size = 0.0;
    int int_size = 0;
    dsyevd(&size, -1, &int_size, -1);
    const auto work = std::make_unique_for_overwrite<double[]>(static_cast<std::size_t>(size));
    const auto int_work = std::make_unique_for_overwrite<int[]>(static_cast<std::size_t>(int_size));
    dsyevd(work.get(), static_cast<int>(size), int_work.get(), int_size);
  }

  /// Eigenvectors in the place of the lower triangle; with sizes of -1 only the sizes that `work` and `int_work` should have.
  void dsyevd(double* work, int size, int* int_work, int int_size) {
    const auto n = static_cast<int>(matrix_.diag.size());
    int info = 0;
    lapack_.dsyevd("V", "L", &n, vectors_.data(), &n, eigenvalues_.data(), work, &size, int_work, &int_size, &info, 1, 1);
    if (info != 0) throw NumericalError(Failure::lapack, "LAPACK dsyevd failed with info = " + std::to_string(info));
  }

  [[nodiscard]] const double* vector(std::size_t j) const { return vectors_.data() + j * matrix_.diag.size(); }

  void certify() {
    const std::size_t d = matrix_.diag.size();
    const kernels::TridiagonalView h{dim_, matrix_.diag.data(), matrix_.diag_size.data(), matrix_.offdiag.data()};
    std::vector<double> start(d, 0.0);
    std::vector<double> weights(d);
    for (std::size_t j = 0; j < d; ++j) {
      const double c = vector(j)[0];
      weights[j] = c * c;
      certificate_.add_pair(c, eigenvalues_[j], kernels::pair_residual(h, vector(j), 1, eigenvalues_[j]), dim_);
      lapack_.daxpy(static_cast<int>(d), c, vector(j), 1, start.data(), 1);
    }
    start[0] -= 1.0;
    certificate_.start_defect = lapack_.dnrm2(static_cast<int>(d), start.data(), 1);
    bandwidth_ = kernels::energy_bandwidth(eigenvalues_.data(), weights.data(), dim_);
  }

  void evaluate_batch(std::span<const double> times, Detail detail, std::span<StateReport> reports, double* populations) {
    const std::size_t d = matrix_.diag.size();
    const std::size_t columns = 2 * times.size();
    factors_.resize(d * columns);
    amplitudes_.resize(d * columns);
    for (std::size_t i = 0; i < times.size(); ++i) {
      for (std::size_t j = 0; j < d; ++j) {
        const double c = vector(j)[0];
        factors_[2 * i * d + j] = c * std::cos(eigenvalues_[j] * times[i]);
        factors_[(2 * i + 1) * d + j] = -c * std::sin(eigenvalues_[j] * times[i]);
      }
    }
    const auto n = static_cast<int>(d);
    lapack_.dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, n, static_cast<int>(columns), n, 1.0, vectors_.data(), n,
                  factors_.data(), n, 0.0, amplitudes_.data(), n);
    for (std::size_t i = 0; i < times.size(); ++i) {
      reports[i] = observe(amplitudes_.data() + 2 * i * d, amplitudes_.data() + (2 * i + 1) * d, detail);
      if (populations != nullptr) {
        const double* re = amplitudes_.data() + 2 * i * d;
        const double* im = re + d;
        std::transform(re, re + d, im, populations + i * d, [](double a, double b) { return a * a + b * b; });
      }
    }
  }

  StateReport observe(const double* re, const double* im, Detail detail) {
    const AmplitudeBlock block{.first = 0,
                               .step = 1,
                               .rows = static_cast<int>(dim_),
                               .halo = false,
                               .re = re,
                               .im = im,
                               .offdiag = matrix_.offdiag.data(),
                               .diag = matrix_.diag.data()};
    StateReport report;
    kernels::observe_slopes(block, report.sums);
    if (detail != Detail::slopes) {
      significant_.resize(matrix_.diag.size());
      const double negligible = kernels::negligible_population(dim_);
      significant_.resize(
          static_cast<std::size_t>(kernels::observe_populations(block, report.sums, negligible, significant_.data())));
      report.passive_level = passive_level(significant_);
      report.last_population = kernels::population(block, block.rows - 1);
    }
    return report;
  }

  const Lapack& lapack_;
  Tridiagonal matrix_;
  std::int64_t dim_;
  std::vector<double> eigenvalues_;
  std::vector<double> vectors_;  // [pair][level]
  std::vector<double> factors_;
  std::vector<double> amplitudes_;
  std::vector<double> significant_;
};

}  // namespace

std::string why_no_dense() {
  return Lapack::get().why_absent;
}

std::unique_ptr<OneChain> make_dense_states(const LevelChain& chain) {
  const Lapack& lapack = Lapack::get();
  if (!lapack.why_absent.empty()) throw BackendError("LAPACK does not open: " + lapack.why_absent);
  const auto levels = static_cast<std::size_t>(chain.dim);
  require_room(4 * levels * levels);  // the matrix, what dsyevd takes beside it, and a copy
  return std::make_unique<DenseStates>(chain, lapack);
}

}  // namespace qbatt::cpu
