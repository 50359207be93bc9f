# OpenBLAS with its LAPACK, and the C interface LAPACKE: imported target qbatt_lapack.
# OpenBLAS by name, not any BLAS: qbatt needs openblas_set_num_threads, since its own threads run outside BLAS.
find_library(QBATT_LAPACKE_LIBRARY lapacke REQUIRED)
find_library(QBATT_OPENBLAS_LIBRARY openblas REQUIRED)
find_path(QBATT_LAPACKE_INCLUDE lapacke.h PATH_SUFFIXES openblas REQUIRED)
find_path(QBATT_CBLAS_INCLUDE openblas_config.h PATH_SUFFIXES x86_64-linux-gnu/openblas-pthread openblas-pthread openblas REQUIRED)
add_library(qbatt_lapack INTERFACE IMPORTED)
target_include_directories(qbatt_lapack SYSTEM INTERFACE ${QBATT_LAPACKE_INCLUDE} ${QBATT_CBLAS_INCLUDE})
target_link_libraries(qbatt_lapack INTERFACE ${QBATT_LAPACKE_LIBRARY} ${QBATT_OPENBLAS_LIBRARY})
