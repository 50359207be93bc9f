#include <mpi.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "qbatt/version.hpp"
#include "run/mpi_module.hpp"

namespace qbatt::mpi {
namespace {

constexpr int claim_tag = 1;
constexpr int answer_tag = 2;
constexpr int leave_tag = 3;
constexpr std::int64_t no_more = -1;

// A report as it travels.
using Message = std::array<double, 4>;

Message message_of(const WorkReport& report) {
  return {static_cast<double>(report.rows), report.seconds, report.stop ? 1.0 : 0.0, report.failed ? 1.0 : 0.0};
}

WorkReport report_of(const Message& message) {
  return {.rows = static_cast<std::int64_t>(message[0]), .seconds = message[1], .stop = message[2] != 0, .failed = message[3] != 0};
}

/// The counter and what each rank has reported; shared by the two threads of rank 0.
class Counter {
public:
  explicit Counter(int size) : reports_(static_cast<std::size_t>(size)) {}

  std::int64_t claim(int rank, const WorkReport& report) {
    const std::lock_guard guard(mutex_);
    keep(rank, report);
    return stopped_ ? no_more : next_++;
  }

  void leave(int rank, const WorkReport& report) {
    const std::lock_guard guard(mutex_);
    keep(rank, report);
  }

  WorkReport others() const {
    const std::lock_guard guard(mutex_);
    WorkReport sum;
    for (std::size_t rank = 1; rank < reports_.size(); ++rank) sum += reports_[rank];
    return sum;
  }

private:
  void keep(int rank, const WorkReport& report) {
    reports_[static_cast<std::size_t>(rank)] = report;
    stopped_ = stopped_ || report.stop || report.failed;
  }

  mutable std::mutex mutex_;
  std::vector<WorkReport> reports_;
  std::int64_t next_ = 0;
  bool stopped_ = false;
};

class MpiCrew : public Crew {
public:
  MpiCrew() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Comm machine = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &machine);
    MPI_Comm_rank(machine, &local_rank_);
    MPI_Comm_size(machine, &local_size_);
    MPI_Comm_free(&machine);
    if (rank_ == 0) counter_ = std::make_unique<Counter>(size_);
  }

  ~MpiCrew() override {
    if (!left_) leave({.failed = true});
    MPI_Finalize();
  }

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }
  [[nodiscard]] int local_rank() const override { return local_rank_; }
  [[nodiscard]] int local_size() const override { return local_size_; }

  std::string share(const std::string& text) override {
    auto length = static_cast<std::int64_t>(text.size());
    MPI_Bcast(&length, 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
    std::string copy = text;
    copy.resize(static_cast<std::size_t>(length));
    MPI_Bcast(copy.data(), static_cast<int>(length), MPI_CHAR, 0, MPI_COMM_WORLD);
    return copy;
  }

  std::vector<std::string> gather(const std::string& text) override {
    const auto length = static_cast<int>(text.size());
    std::vector<int> lengths(static_cast<std::size_t>(size_));
    MPI_Allgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, MPI_COMM_WORLD);
    std::vector<int> starts(lengths.size());
    std::exclusive_scan(lengths.begin(), lengths.end(), starts.begin(), 0);
    std::string all(static_cast<std::size_t>(starts.back() + lengths.back()), '\0');
    MPI_Allgatherv(text.data(), length, MPI_CHAR, all.data(), lengths.data(), starts.data(), MPI_CHAR, MPI_COMM_WORLD);
    std::vector<std::string> texts;
    for (std::size_t rank = 0; rank < lengths.size(); ++rank)
      texts.push_back(all.substr(static_cast<std::size_t>(starts[rank]), static_cast<std::size_t>(lengths[rank])));
    return texts;
  }

  std::optional<std::int64_t> claim(const WorkReport& mine) override {
    const std::int64_t number = rank_ == 0 ? claim_here(mine) : claim_there(mine);
    return number == no_more ? std::nullopt : std::optional(number);
  }

  [[nodiscard]] WorkReport others() const override { return counter_ ? counter_->others() : WorkReport{}; }

  void leave(const WorkReport& mine) override {
    left_ = true;
    if (rank_ == 0) {
      counter_->leave(0, mine);
      answer_claims();
      answering_.join();
      return;
    }
    const Message message = message_of(mine);
    MPI_Send(message.data(), static_cast<int>(message.size()), MPI_DOUBLE, 0, leave_tag, MPI_COMM_WORLD);
  }

private:
  std::int64_t claim_here(const WorkReport& mine) {
    answer_claims();
    return counter_->claim(0, mine);
  }

  static std::int64_t claim_there(const WorkReport& mine) {
    const Message message = message_of(mine);
    std::int64_t number = no_more;
    MPI_Send(message.data(), static_cast<int>(message.size()), MPI_DOUBLE, 0, claim_tag, MPI_COMM_WORLD);
    MPI_Recv(&number, 1, MPI_INT64_T, 0, answer_tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return number;
  }

  // From here on, until all others have left, MPI is called by this thread of rank 0 alone.
  void answer_claims() {
    if (answering_.joinable()) return;
    answering_ = std::thread([this] {
      for (int there = size_ - 1; there > 0;)
        if (answer_one()) --there;
    });
  }

  // Whether that rank has left. MPI's own waiting would keep a core busy.
  bool answer_one() {
    int waiting = 0;
    MPI_Status status;
    while (true) {
      MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &waiting, &status);
      if (waiting != 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    Message message{};
    MPI_Recv(message.data(), static_cast<int>(message.size()), MPI_DOUBLE, status.MPI_SOURCE, status.MPI_TAG, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    if (status.MPI_TAG == leave_tag) {
      counter_->leave(status.MPI_SOURCE, report_of(message));
      return true;
    }
    const std::int64_t number = counter_->claim(status.MPI_SOURCE, report_of(message));
    MPI_Send(&number, 1, MPI_INT64_T, status.MPI_SOURCE, answer_tag, MPI_COMM_WORLD);
    return false;
  }

  int rank_ = 0;
  int size_ = 1;
  int local_rank_ = 0;
  int local_size_ = 1;
  bool left_ = false;
  std::unique_ptr<Counter> counter_;  // of rank 0
  std::thread answering_;
};

}  // namespace
}  // namespace qbatt::mpi

extern "C" const qbatt::mpi::Module* qbatt_mpi_module();
extern "C" const qbatt::mpi::Module* qbatt_mpi_module() {
  static const qbatt::mpi::Module module{.build = qbatt::build_id(),
                                         .join = []() -> qbatt::Crew* { return new qbatt::mpi::MpiCrew; }};
  return &module;
}
