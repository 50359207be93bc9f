# OpenBLAS with its LAPACK, and the C interface LAPACKE, where they are found and wanted: imported target qbatt_lapack for tests, and
# in QBATT_OPENBLAS_FILE and QBATT_LAPACKE_FILE what the product opens at run time. Without it the solver `dense` of the CPU is left
# out, and so are the tests that LAPACK judges.
# OpenBLAS by name, not any BLAS: qbatt needs openblas_set_num_threads, since its own threads run outside BLAS.
set(QBATT_LAPACK AUTO CACHE STRING "The dense solver of the CPU: AUTO (built where OpenBLAS and LAPACKE are found), ON (an error where they are not) or OFF")
set_property(CACHE QBATT_LAPACK PROPERTY STRINGS AUTO ON OFF)

# The name by which the dynamic linker finds a library; its path where it has none.
function(qbatt_file_to_open LIBRARY RESULT)
  execute_process(COMMAND ${CMAKE_READELF} -d ${LIBRARY} OUTPUT_VARIABLE dynamic ERROR_QUIET)
  string(REGEX MATCH "\\(SONAME\\)[^\n]*\\[([^]\n]+)\\]" soname "${dynamic}")
  if(soname)
    set(${RESULT} ${CMAKE_MATCH_1} PARENT_SCOPE)
  else()
    set(${RESULT} ${LIBRARY} PARENT_SCOPE)
  endif()
endfunction()

if(QBATT_LAPACK)
  find_library(QBATT_LAPACKE_LIBRARY lapacke)
  find_library(QBATT_OPENBLAS_LIBRARY openblas)
  find_path(QBATT_LAPACKE_INCLUDE lapacke.h PATH_SUFFIXES openblas)
  find_path(QBATT_CBLAS_INCLUDE openblas_config.h PATH_SUFFIXES x86_64-linux-gnu/openblas-pthread openblas-pthread openblas)
  if(QBATT_LAPACKE_LIBRARY AND QBATT_OPENBLAS_LIBRARY AND QBATT_LAPACKE_INCLUDE AND QBATT_CBLAS_INCLUDE)
    add_library(qbatt_lapack INTERFACE IMPORTED)
    target_include_directories(qbatt_lapack SYSTEM INTERFACE ${QBATT_LAPACKE_INCLUDE} ${QBATT_CBLAS_INCLUDE})
    target_link_libraries(qbatt_lapack INTERFACE ${QBATT_LAPACKE_LIBRARY} ${QBATT_OPENBLAS_LIBRARY})
    qbatt_file_to_open(${QBATT_LAPACKE_LIBRARY} QBATT_LAPACKE_FILE)
    qbatt_file_to_open(${QBATT_OPENBLAS_LIBRARY} QBATT_OPENBLAS_FILE)
  elseif(NOT QBATT_LAPACK STREQUAL AUTO)
    message(FATAL_ERROR "QBATT_LAPACK=${QBATT_LAPACK}, but OpenBLAS or LAPACKE was not found")
  endif()
endif()
if(NOT TARGET qbatt_lapack)
  message(STATUS "Dense solver of the CPU: left out, there is no LAPACK (QBATT_LAPACK=${QBATT_LAPACK})")
endif()
