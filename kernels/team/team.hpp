#pragma once

#include "kernels/chain.hpp"

// A team of threads that works on one system at a time: lanes of a warp, a block, threads of the host, or one thread alone. A Team
// has
//
//   threads()           how many there are
//   tensor              constexpr, whether its warps are whole and have tensor cores for doubles: see gram.hpp
//   rank()              0 ... threads() - 1
//   barrier()           nobody goes on before all have come; what was written before is seen after
//   sums(values)        double (&)[n]: each entry becomes the sum over all threads, the same bits in all
//   smallest(value)     of all threads' values; neither of these two says that memory was written
//
// All threads of a team call the same of these in the same order. What a team has in common lies in an Arena.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Levels of the whole chain, and those kept, as a team counts them: in 32 bits, as 64 take a GPU twice the instructions.
QBATT_HD inline int dim_of(const Chain& chain) {
  return static_cast<int>(chain.dim);
}
QBATT_HD inline int levels_of(const Chain& chain) {
  return static_cast<int>(chain.levels);
}

/// f(i) for 0 <= i < count, each i by one thread, i an integer as wide as the count; nobody goes on before all are done.
template <class Team, class Count, class F>
QBATT_HD QBATT_INLINE void share(Team& team, Count count, const F& f) {
  for (Count i = team.rank(); i < count; i += team.threads()) f(i);
  team.barrier();
}

/// f() by one thread; nobody goes on before it is done.
template <class Team, class F>
QBATT_HD QBATT_INLINE void alone(Team& team, const F& f) {
  if (team.rank() == 0) f();
  team.barrier();
}

template <class Team>
QBATT_HD double largest(Team& team, double value) {
  return -team.smallest(-value);
}

template <class Team>
QBATT_HD bool any_of(Team& team, bool value) {
  return team.smallest(value ? 0.0 : 1.0) == 0.0;
}

/// The sum of f(i) over 0 <= i < count.
template <class Team, class F>
QBATT_HD double sum_of(Team& team, int count, const F& f) {
  double sum[1] = {0.0};
  for (int i = team.rank(); i < count; i += team.threads()) sum[0] += f(i);
  team.sums(sum);
  return sum[0];
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
