// Compiled once per instruction set, with QBATT_TARGET naming the set. Holds kernels only: an inline function of the standard
// library compiled here could be picked by the linker for the whole program.
#include "cpu/isa.hpp"
#include "cpu/isa_shoot.hpp"
#include "cpu/isa_stream.hpp"

#define QBATT_STRING_OF(x) #x
#define QBATT_STRING(x) QBATT_STRING_OF(x)

namespace qbatt::cpu::inline QBATT_TARGET {
namespace {

void fill_coefficients(const ChainData& data, index first, index count, double* storage) {
  fill(chain_of(data), kernels::Coefficients::in(storage, first, count), count);
}

void shoot(const ShootTask& task, std::int64_t first, double* scratch) {
  GroupShooter shooter(task, first, scratch);
  if (task.checkpoints != nullptr) {
    shooter.run<true>();
  } else {
    shooter.run<false>();
  }
}

std::size_t shoot_scratch(int block) {
  return std::size_t{coefficient_arrays} * static_cast<std::size_t>(block);
}

void stream(const StreamTask& task, std::int64_t superblock, const StreamResult& result, double* scratch) {
  SuperblockStreamer(task, superblock, result, scratch).run();
}

std::size_t stream_scratch(const StreamTask& task, index longest) {
  return SuperblockStreamer::scratch_size(task, longest);
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
const KernelSet kernel_set_instance{"x86-64-" QBATT_STRING(QBATT_TARGET),
                                    group_lanes,
                                    fused,
                                    supported,
                                    fill_coefficients,
                                    shoot,
                                    shoot_scratch,
                                    stream,
                                    stream_scratch};

}  // namespace qbatt::cpu::inline QBATT_TARGET
