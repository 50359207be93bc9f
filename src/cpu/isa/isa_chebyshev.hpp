#pragma once

#include "cpu/chebyshev/chebyshev_task.hpp"
#include "cpu/isa/pack.hpp"
#include "kernels/chebyshev.hpp"

// A run of the Chebyshev recurrence, levels in packs. Included only by isa_kernels.cpp.
namespace qbatt::cpu::inline QBATT_TARGET {

class ChebyshevRun {
public:
  explicit ChebyshevRun(const ChebyshevTask& task) : task_(task), matrix_{task.coupling, task.center} {
    for (int i = 0; i < 2; ++i) {
      here_[i] = task.here[i];
      previous_[i] = task.previous[i];
    }
  }

  void run() {
    if (task_.constant_diagonal)
      run_rule<kernels::ChebyshevRule::rotate, kernels::ChebyshevRule::rotate, 1>();
    else if (task_.vectors == 1)
      run_rule<kernels::ChebyshevRule::plus, kernels::ChebyshevRule::minus, 1>();
    else
      run_rule<kernels::ChebyshevRule::plus, kernels::ChebyshevRule::minus, 2>();
  }

private:
  using Levels = Pack<2>;

  template <kernels::ChebyshevRule even, kernels::ChebyshevRule odd, int vectors>
  void run_rule() {
    const int last = task_.output[task_.outputs - 1].order;
    sweep<even, true, vectors, true>(0);
    for (int n = 1; n < last && !is_stopped(task_.stop); n += 2) {
      sweep<odd, false, vectors, false>(n);
      sweep<even, false, vectors, true>(n + 1);
    }
  }

  /// From order n to n + 1; `adding`: both are taken into the sums.
  template <kernels::ChebyshevRule rule, bool first, int vectors, bool adding>
  void sweep(int n) {
    kernels::ChebyshevVector v[vectors];
    for (int i = 0; i < vectors; ++i) v[i] = {previous_[i], here_[i]};
    while (task_.output[passed_].order < n) ++passed_;
    // Order n + 1 reaches n + 1 levels beyond the start's.
    const index reach = task_.support + n + 1;
    const index end = reach < task_.levels ? reach : task_.levels;
    kernels::chebyshev_sweep<rule, first, vectors, Levels>(matrix_, v, 0, end, Levels::lanes,
                                                           [&](index k, const Levels* here, const Levels* next) {
                                                             if constexpr (adding) add<rule, vectors>(n, k, here, next);
                                                           });
    for (int i = 0; i < vectors; ++i) {
      double* const p = previous_[i];
      previous_[i] = here_[i];
      here_[i] = p;
    }
  }

  template <kernels::ChebyshevRule rule, int vectors>
  void add(int n, index k, const Levels* here, const Levels* next) {
    for (int o = passed_; o < task_.outputs; ++o) {
      const ChebyshevOutput& to = task_.output[o];
      kernels::chebyshev_add<rule, vectors>({to.factor[n], to.factor[n + 1], to.re, to.im}, k, here, next);
    }
  }

  const ChebyshevTask& task_;
  kernels::ChebyshevMatrix matrix_;
  double* here_[2];
  double* previous_[2];
  int passed_ = 0;  ///< outputs whose series has ended
};

}  // namespace qbatt::cpu::inline QBATT_TARGET
