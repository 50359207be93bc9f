#include <sstream>

#include "fuzz/fuzz.hpp"
#include "sweep/source.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  qbatt::fuzz::accepts_or_refuses([&] {
    std::istringstream text{std::string(qbatt::fuzz::text_of(data, size))};
    const qbatt::SystemRows rows = qbatt::read_systems(text, "systems.csv");
    qbatt::fuzz::require(!rows.systems.empty() && rows.systems.size() == rows.lines.size());
    for (const qbatt::CentralSpin& system : rows.systems) validate(system);
  });
  qbatt::fuzz::accepts_or_refuses([&] {
    std::istringstream text{std::string(qbatt::fuzz::text_of(data, size))};
    qbatt::AxisTexts constants;
    constants[static_cast<std::size_t>(qbatt::Parameter::m)] = "0.5nc";
    constants[static_cast<std::size_t>(qbatt::Parameter::ising)] = "0.3";
    const qbatt::SystemRows rows = qbatt::read_systems(text, "systems.csv", constants);
    for (const qbatt::CentralSpin& system : rows.systems) qbatt::fuzz::require(system.ising == 0.3);
  });
  return 0;
}
