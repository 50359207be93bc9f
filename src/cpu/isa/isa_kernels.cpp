// Compiled once per instruction set, with QBATT_TARGET naming the set. Holds kernels only: an inline function of the standard
// library compiled here could be picked by the linker for the whole program.
#include "cpu/isa/isa.hpp"
#include "cpu/isa/isa_chebyshev.hpp"
#include "cpu/isa/isa_energy.hpp"
#include "cpu/isa/isa_energy_band.hpp"
#include "cpu/isa/isa_shoot.hpp"
#include "cpu/isa/isa_small.hpp"
#include "cpu/isa/isa_stream.hpp"
#include "cpu/isa/isa_times.hpp"

#define QBATT_STRING_OF(x) #x
#define QBATT_STRING(x) QBATT_STRING_OF(x)

namespace qbatt::cpu::inline QBATT_TARGET {
namespace {

void fill_coefficients(const kernels::Chain& chain, index first, index count, double* storage) {
  fill(chain, kernels::Coefficients::in(storage, first, count), count);
}

void shoot(const ShootTask& task, std::int64_t first, std::int64_t end, double* scratch) {
  Shooter shooter(task, first, end, scratch);
  if (task.checkpoints != nullptr)
    shooter.run<true>();
  else
    shooter.run<false>();
}

std::size_t shoot_scratch(int block, std::int64_t targets) {
  return Shooter::scratch_size(block, targets);
}

void stream(const StreamTask& task, std::int64_t superblock, const StreamResult& result, double* scratch) {
  SuperblockStreamer(task, superblock, result, scratch).run();
}

std::size_t stream_scratch(const StreamTask& task) {
  return SuperblockStreamer::scratch_size(task);
}

void stream_times(const TimesTask& task, std::int64_t superblock, const StreamResult& result, double* scratch) {
  TimesStreamer(task, superblock, result, scratch).run();
}

std::size_t stream_times_scratch(const TimesTask& task) {
  return TimesStreamer::scratch_size(task);
}

void add_energy(const EnergyTask& task, std::int64_t superblock, double* matrices, double* scratch) {
  EnergyAccumulator(task, matrices, scratch).add(superblock);
}

std::size_t energy_scratch(const EnergyTask& task) {
  return EnergyAccumulator::scratch_size(task);
}

void add_energy_band(const BandTask& task, std::int64_t superblock, double* sums, double* scratch) {
  BandAccumulator(task, sums, scratch).add(superblock);
}

std::size_t energy_band_scratch(const BandTask& task) {
  return BandAccumulator::scratch_size(task);
}

void differentiate_energy(const EnergyForm& form, const double* times, double* energies, double* slopes, double* curvatures,
                          double* scratch) {
  EnergySlopes(form, times, scratch).run(energies, slopes, curvatures);
}

std::size_t differentiate_scratch(const EnergyForm& form) {
  return EnergySlopes::scratch_size(form);
}

void log2(const double* values, std::int64_t count, double* logarithms) {
  for (std::int64_t i = 0; i < count; i += native_width) kernels::log2_lane(Pack<1>::load(values + i)).store(logarithms + i);
}

void sine_cosine(const double* angles, std::int64_t count, double* sines, double* cosines) {
  for (std::int64_t i = 0; i < count; i += native_width) {
    const auto phase = kernels::sine_cosine(Pack<1>::load(angles + i));
    phase.sine.store(sines + i);
    phase.cosine.store(cosines + i);
  }
}

void run_chebyshev(const ChebyshevTask& task) {
  ChebyshevRun(task).run();
}

void diagonalize_small(const SmallPairs& pairs) {
  SmallDiagonalizer(pairs).run();
}

void observe_small(const SmallStates& states) {
  for (int lane = 0; lane < small_lanes; lane += native_width) SmallObserver(states, lane).run();
}

std::size_t small_scratch(index dim) {
  return SmallObserver::scratch_size(dim);
}

bool supported() {
#if defined(__AVX512F__)
  return __builtin_cpu_supports("x86-64-v4");
#elif defined(__AVX2__)
  return __builtin_cpu_supports("x86-64-v3");
#else
  return __builtin_cpu_supports("x86-64-v2");
#endif
}

#if defined(__FMA__)
constexpr bool fused = true;
#else
constexpr bool fused = false;
#endif

}  // namespace

extern const KernelSet kernel_set_instance;
const KernelSet kernel_set_instance{.name = "x86-64-" QBATT_STRING(QBATT_TARGET),
                                    .lanes = group_lanes,
                                    .fused = fused,
                                    .supported = supported,
                                    .fill_coefficients = fill_coefficients,
                                    .shoot = shoot,
                                    .shoot_scratch = shoot_scratch,
                                    .stream = stream,
                                    .stream_scratch = stream_scratch,
                                    .time_lanes = static_cast<int>(time_lanes),
                                    .stream_times = stream_times,
                                    .stream_times_scratch = stream_times_scratch,
                                    .add_energy = add_energy,
                                    .energy_scratch = energy_scratch,
                                    .add_energy_band = add_energy_band,
                                    .energy_band_scratch = energy_band_scratch,
                                    .differentiate_energy = differentiate_energy,
                                    .differentiate_scratch = differentiate_scratch,
                                    .log2 = log2,
                                    .sine_cosine = sine_cosine,
                                    .run_chebyshev = run_chebyshev,
                                    .small_lanes = small_lanes,
                                    .diagonalize_small = diagonalize_small,
                                    .observe_small = observe_small,
                                    .small_scratch = small_scratch};

}  // namespace qbatt::cpu::inline QBATT_TARGET
