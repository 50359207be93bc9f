#include "cuda/batch_queue.hpp"

#include <algorithm>
#include <iterator>

namespace qbatt::cuda {

void BatchQueue::push(std::vector<Batch> batches) {
  const std::lock_guard lock(mutex_);
  std::ranges::move(batches, std::back_inserter(waiting_));
  change_.notify_all();
}

void BatchQueue::push_halves(const Batch& batch) {
  const auto middle = batch.systems.begin() + std::ssize(batch.systems) / 2;
  Batch first = batch;
  Batch second = batch;
  first.systems.assign(batch.systems.begin(), middle);
  second.systems.assign(middle, batch.systems.end());
  const std::lock_guard lock(mutex_);
  waiting_.push_front(std::move(second));
  waiting_.push_front(std::move(first));
  change_.notify_all();
}

void BatchQueue::finish() {
  const std::lock_guard lock(mutex_);
  finished_ = true;
  change_.notify_all();
}

void BatchQueue::fail(std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = std::move(error);
  change_.notify_all();
}

std::optional<Batch> BatchQueue::take() {
  std::unique_lock lock(mutex_);
  change_.wait(lock, [&] { return error_ || !waiting_.empty() || (finished_ && taken_ == 0); });
  if (error_ || waiting_.empty()) return std::nullopt;
  Batch batch = std::move(waiting_.front());
  waiting_.pop_front();
  ++taken_;
  return batch;
}

void BatchQueue::done() {
  const std::lock_guard lock(mutex_);
  --taken_;
  change_.notify_all();
}

void BatchQueue::rethrow() const {
  if (error_) std::rethrow_exception(error_);
}

}  // namespace qbatt::cuda
