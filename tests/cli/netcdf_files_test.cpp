#include <netcdf.h>

#include <array>
#include <cstdlib>

#include "cli/cli_fixture.hpp"

// netCDF files that something else has changed, holds open, or keeps where locks do not work.
namespace qbatt {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class NetcdfFiles : public test::Cli {
protected:
  void make_shards() {
    for (const std::string i : {"1", "2"}) {
      ASSERT_EQ(run({"sweep", "--nb", "1:20", "--times", "0:1:3", "--populations", "--shard", i + "/2", "-o", i + ".nc"}).exit_code,
                0);
    }
  }

  // Opened for writing, as by the Python package netCDF4.
  int open(const std::string& name) {
    int id = -1;
    EXPECT_EQ(nc_open(folder_.path(name).c_str(), NC_WRITE, &id), NC_NOERR);
    return id;
  }

  void put(const std::string& name, const char* variable, double value) {
    const int id = open(name);
    int number = -1;
    ASSERT_EQ(nc_inq_varid(id, variable, &number), NC_NOERR);
    const std::array<std::size_t, 2> first{0, 0};
    ASSERT_EQ(nc_put_var1_double(id, number, first.data(), &value), NC_NOERR);
    ASSERT_EQ(nc_close(id), NC_NOERR);
  }

  void fails(const std::vector<std::string>& arguments, int exit_code, const std::string& why,
             const test::CommandOptions& options = {}) {
    const test::CommandResult result = run(arguments, options);
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    EXPECT_THAT(result.err, HasSubstr(why));
  }
};

TEST_F(NetcdfFiles, AreNotMergedWhereTheyWereChanged) {
  make_shards();
  ASSERT_EQ(run({"merge", "1.nc", "2.nc", "-o", "all.nc"}).exit_code, 0);
  for (const char* variable : {"energy_opt", "n_b", "energy", "populations"}) {
    std::filesystem::copy_file(folder_.path("2.nc"), folder_.path("changed.nc"), std::filesystem::copy_options::overwrite_existing);
    put("changed.nc", variable, 42);
    fails({"merge", "1.nc", "changed.nc", "-o", "other.nc"}, 2,
          "changed.nc is not a shard of a sweep, or it was changed: its data are not those that its record was written for");
  }
  fails({"merge", "all.nc", "-o", "other.nc"}, 2, "all.nc is not a shard of a sweep: it holds all of it");
  EXPECT_FALSE(std::filesystem::exists(folder_.path("other.nc")));
}

TEST_F(NetcdfFiles, AreNotCompleteWhereTheyWereChanged) {
  const std::vector<std::string> sweep{"sweep", "--nb", "1:20", "--resume", "-o", "out.nc"};
  ASSERT_EQ(run(sweep).exit_code, 0);
  EXPECT_EQ(run(sweep).err, "qbatt: out.nc is complete\n");
  put("out.nc", "energy_opt", 42);
  EXPECT_THAT(run(sweep).err, Not(HasSubstr("is complete")));
}

TEST_F(NetcdfFiles, InUseByAnotherProcessAreNamed) {
  make_shards();
  const int id = open("2.nc");
  const std::string why = "cannot read 2.nc: another process is using it";
  fails({"plot", "2.nc", "--x", "n_b", "--y", "t_opt", "-o", "out.svg"}, 3, why);
  fails({"merge", "1.nc", "2.nc", "-o", "all.nc"}, 3, why);
  fails({"sweep", "--nb", "1:20", "--times", "0:1:3", "--populations", "--shard", "2/2", "--resume", "-o", "2.nc"}, 3, why);
  ASSERT_EQ(nc_close(id), NC_NOERR);
  EXPECT_EQ(run({"merge", "1.nc", "2.nc", "-o", "all.nc"}).exit_code, 0);
}

TEST_F(NetcdfFiles, ThatOthersReadCanBeRead) {
  make_shards();
  int id = -1;
  ASSERT_EQ(nc_open(folder_.path("2.nc").c_str(), NC_NOWRITE, &id), NC_NOERR);
  EXPECT_EQ(run({"merge", "1.nc", "2.nc", "-o", "all.nc"}).exit_code, 0);
  ASSERT_EQ(nc_close(id), NC_NOERR);
}

TEST_F(NetcdfFiles, DamagedOnesAreNamed) {
  make_shards();
  const std::string text = test::read_text(folder_.path("2.nc"));
  folder_.write("2.nc", text.substr(0, text.size() / 2));
  fails({"plot", "2.nc", "--x", "n_b", "--y", "t_opt", "-o", "out.svg"}, 3, "cannot read 2.nc: it is damaged or not complete");
  fails({"merge", "1.nc", "2.nc", "-o", "all.nc"}, 2, "2.nc is not a shard of a sweep, or it was changed");
  folder_.write("2.nc", "");
  fails({"plot", "2.nc", "--x", "n_b", "--y", "t_opt", "-o", "out.svg"}, 3, "cannot read 2.nc");
}

#ifdef QBATT_NO_LOCKS
TEST_F(NetcdfFiles, NeedNoLocks) {
  const test::CommandOptions no_locks{.environment = {{"LD_PRELOAD", QBATT_NO_LOCKS}}};
  const auto succeeds = [&](const std::vector<std::string>& arguments) {
    const test::CommandResult result = run(arguments, no_locks);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.err;
  };
  for (const std::string i : {"1", "2"})
    EXPECT_THAT(succeeds({"sweep", "--nb", "1:9", "--shard", i + "/2", "-o", i + ".nc"}), IsEmpty());
  succeeds({"merge", "1.nc", "2.nc", "-o", "all.nc"});
  EXPECT_EQ(succeeds({"sweep", "--nb", "1:9", "--resume", "-o", "all.nc"}), "qbatt: all.nc is complete\n");
  succeeds({"curve", "--nb", "3", "-o", "curve.nc"});
  if (run_in_shell("command -v gnuplot").exit_code == 0)
    succeeds({"plot", "curve.nc", "--x", "t", "--y", "energy", "-o", "out.svg"});
}

// Who asks HDF5 for its own locks is told how to do without.
TEST_F(NetcdfFiles, LocksOfHdf5AreUsedWhereTheyAreAskedFor) {
  ASSERT_EQ(run({"curve", "--nb", "3", "-o", "curve.nc"}).exit_code, 0);
  const test::CommandOptions locks{.environment = {{"LD_PRELOAD", QBATT_NO_LOCKS}, {"HDF5_USE_FILE_LOCKING", "TRUE"}}};
  const std::string advice =
      "HDF5 wants to lock it, and its file system has no locks (No locks available): set "
      "HDF5_USE_FILE_LOCKING=FALSE in the environment";
  fails({"plot", "curve.nc", "--x", "t", "--y", "energy", "-o", "out.svg"}, 3, "cannot read curve.nc: " + advice, locks);
  fails({"curve", "--nb", "3", "-o", "other.nc"}, 3, advice, locks);
}
#endif

}  // namespace
}  // namespace qbatt
