#include "charge/ensembles.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "charge/row.hpp"
#include "model/stop.hpp"

namespace qbatt {
namespace {

/// What makes a chain: the system of a sector.
auto key_of(const CentralSpin& s) {
  return std::tuple(s.n_b, s.n_c, s.m, s.omega_b, s.omega_c, s.coupling, s.ising, s.charger);
}
using ChainKey = decltype(key_of(CentralSpin{}));

SystemShape shape_of(const CentralSpin& system, const Ensemble& ensemble) {
  return {.dim = dim_of(system, ensemble),
          .rabi = rabi_of(system, ensemble),
          .sectors = std::ssize(ensemble.sectors),
          .mixed = !ensemble.superposition};
}

/// Systems that are solved together, with their chains, each of them once.
class Batch {
public:
  void add(const CentralSpin& system, const SystemShape& shape, std::size_t place, Ensemble ensemble) {
    EnsembleOfChains own{.system = &system, .ensemble = std::move(ensemble), .chains = {}, .shape = shape};
    for (const Sector& sector : own.ensemble.sectors) {
      const CentralSpin one = system_of(system, sector);
      const auto [entry, is_new] = known_.try_emplace(key_of(one), chains_.size());
      if (is_new) {
        chains_.push_back(chain_of(one));
        levels_ += chains_.back().dim;
      }
      own.chains.push_back(entry->second);
    }
    sectors_ += own.chains.size();
    places_.push_back(place);
    systems_.push_back(std::move(own));
  }

  /// Whether what is held for it would grow beyond some hundred megabytes with more.
  [[nodiscard]] bool full() const { return levels_ > 2'000'000 || sectors_ > 200'000; }
  [[nodiscard]] bool empty() const { return systems_.empty(); }
  [[nodiscard]] bool superposed() const { return systems_.front().ensemble.superposition; }
  [[nodiscard]] const std::vector<EnsembleOfChains>& systems() const { return systems_; }
  [[nodiscard]] std::size_t place(std::size_t row) const { return places_[row]; }
  [[nodiscard]] const std::vector<LevelChain>& chains() const { return chains_; }

private:
  std::vector<EnsembleOfChains> systems_;
  std::vector<std::size_t> places_;
  std::vector<LevelChain> chains_;
  std::map<ChainKey, std::size_t> known_;
  std::int64_t levels_ = 0;
  std::size_t sectors_ = 0;
};

class EnsembleRun {
public:
  EnsembleRun(const Request& request, const ChainWork& work, const SingularValues& singular_values, Table& table,
              const std::function<void(std::size_t)>& settled)
      : request_(request), work_(work), singular_values_(singular_values), table_(table), settled_(settled) {}

  void charge(const Batch& batch) {
    std::vector<Verdict> verdicts;
    {
      Sectors sectors(batch.chains(), request_, work_);
      verdicts = pass(batch, sectors).verdicts;
    }
    for (std::size_t row = 0; row < verdicts.size(); ++row)
      if (verdicts[row].refused) climb(batch, row);
    settled_(batch.systems().size());
  }

private:
  [[nodiscard]] Series* series(std::size_t place) const { return request_.times ? &table_.series[place] : nullptr; }

  /// All systems of the batch once.
  struct Pass {
    std::shared_ptr<const EnsembleStates> states;  ///< null where there are none
    std::vector<Verdict> verdicts;
  };

  Pass pass(const Batch& batch, Sectors& sectors) const {
    const std::vector<EnsembleOfChains>& systems = batch.systems();
    std::vector<std::vector<WeightedChain>> chains(systems.size());
    std::vector<ChargeJob> jobs;
    for (std::size_t row = 0; row < systems.size(); ++row) {
      const EnsembleOfChains& system = systems[row];
      for (std::size_t s = 0; s < system.chains.size(); ++s)
        chains[row].push_back({&sectors.chain(system.chains[s]), system.ensemble.sectors[s].weight});
      const std::size_t place = batch.place(row);
      jobs.push_back({system.system, system.shape, chains[row], &table_.rows[place], series(place)});
    }
    Pass done;
    const MakeStates make = [&] {
      auto states = std::make_shared<EnsembleStates>(systems, sectors, request_, singular_values_);
      done.states = states;
      return states;
    };
    done.verdicts = qbatt::charge(jobs, request_, request_.solver, make);
    for (std::size_t row = 0; done.states != nullptr && row < jobs.size(); ++row) jobs[row].row->solver = done.states->solver(row);
    return done;
  }

  /// Charges one system by itself, its chains going up their ladders until none that is refused has a rung left.
  void climb(const Batch& batch, std::size_t row) const {
    Batch alone;
    const EnsembleOfChains& system = batch.systems()[row];
    alone.add(*system.system, system.shape, batch.place(row), system.ensemble);
    Sectors sectors(alone.chains(), request_, work_);
    while (true) {
      const Pass done = pass(alone, sectors);
      if (!done.verdicts.front().refused || done.states == nullptr) return;
      bool any = false;
      for (const std::size_t chain : done.states->refused_chains(0, done.verdicts.front().reach)) any = sectors.climb(chain) || any;
      if (!any) return;
    }
  }

  const Request& request_;
  const ChainWork& work_;
  const SingularValues& singular_values_;
  Table& table_;
  const std::function<void(std::size_t)>& settled_;
};

}  // namespace

SystemsByKind::SystemsByKind(std::span<const CentralSpin> systems) {
  chains_.reserve(systems.size());
  single_.reserve(systems.size());
  for (std::size_t place = 0; place < systems.size(); ++place) {
    const std::optional<Sector> only = only_sector(systems[place]);
    (only ? single_ : ensembles_).push_back(place);
    chains_.push_back(only ? chain_of(system_of(systems[place], *only)) : LevelChain{});
  }
}

void charge_ensembles(std::span<const CentralSpin> systems, std::span<const std::size_t> places, const Request& request,
                      const ChainWork& work, const SingularValues& singular_values, Table& table,
                      const std::function<void(std::size_t)>& settled) {
  EnsembleRun run(request, work, singular_values, table, settled);
  Batch batch;
  const auto flush = [&] {
    if (!batch.empty()) run.charge(batch);
    batch = {};
  };
  for (const std::size_t place : places) {
    throw_if_stopped(request);
    Ensemble ensemble = ensemble_of(systems[place]);
    const SystemShape shape = shape_of(systems[place], ensemble);
    if (shape.rabi == 0.0) {
      table.rows[place] = begin_row(systems[place], shape);
      stand_still(table.rows[place], shape, request, request.times ? &table.series[place] : nullptr);
      settled(1);
      continue;
    }
    if (!batch.empty() && (batch.full() || batch.superposed() != ensemble.superposition)) flush();
    batch.add(systems[place], shape, place, std::move(ensemble));
  }
  flush();
}

}  // namespace qbatt
