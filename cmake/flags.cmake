# Compile options shared by every target: link to qbatt_flags.
add_library(qbatt_flags INTERFACE)
target_compile_options(qbatt_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wdouble-promotion>
  # One rounding rule everywhere: products and sums fuse only where the code asks for it.
  $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>
  $<$<COMPILE_LANGUAGE:CUDA>:--fmad=false -Xcompiler=-Wall,-Wextra,-ffp-contract=off>)
# In one piece with others, names of one source stand before those of another.
target_compile_options(qbatt_flags INTERFACE $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>>:-Wshadow>)
# Where QBATT_JOIN_SOURCES asks for it, a target whose own speed does not matter is compiled in few pieces.
function(qbatt_join_sources TARGET)
  if(QBATT_JOIN_SOURCES)
    set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
  endif()
endfunction()
if(QBATT_WERROR)
  target_compile_options(qbatt_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>
                                                 $<$<COMPILE_LANGUAGE:CUDA>:--Werror=all-warnings -Xcompiler=-Werror>)
endif()
if(QBATT_SANITIZE)
  # What the sanitizers add hides from GCC that a variable is set (its manual says so of -Wmaybe-uninitialized).
  target_compile_options(qbatt_flags INTERFACE -fsanitize=${QBATT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
                                               $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(qbatt_flags INTERFACE -fsanitize=${QBATT_SANITIZE})
endif()
