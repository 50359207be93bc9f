#include "io/results_place.hpp"

#include "io/output_target.hpp"

namespace qbatt {

ResultsPlace::ResultsPlace(const std::string& path, bool overwrite) : stem_(path) {
  if (is_stream(path)) return;
  parts_.emplace(path, SweepRecord{}, overwrite ? PartsStart::overwrite : PartsStart::afresh);
  folder_.emplace(parts_->path());
  journal_.emplace(parts_->path() + "/journal");
  stem_ = parts_->whole();
}

}  // namespace qbatt
