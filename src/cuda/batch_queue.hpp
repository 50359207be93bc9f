#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "cuda/batches.hpp"

namespace qbatt::cuda {

/// Batches on their way from who plans them to the streams that solve them. All calls from any thread.
class BatchQueue {
public:
  void push(std::vector<Batch> batches);
  /// Two halves of a batch that did not fit, before all others.
  void push_halves(const Batch& batch);
  /// Nothing more will be planned.
  void finish();
  /// Ends it for all with the error of one.
  void fail(std::exception_ptr error);

  /// The next batch, once there is one; nullopt where none will come. What was taken must be reported by done(): until then it may
  /// come back in halves.
  std::optional<Batch> take();
  void done();

  /// Throws the first error, if there was one.
  void rethrow() const;

private:
  std::mutex mutex_;
  std::condition_variable change_;
  std::deque<Batch> waiting_;
  int taken_ = 0;
  bool finished_ = false;
  std::exception_ptr error_;
};

}  // namespace qbatt::cuda
