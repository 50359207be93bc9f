# Compile options shared by every target: link to qbatt_flags.
add_library(qbatt_flags INTERFACE)
target_compile_options(qbatt_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wdouble-promotion>
  # One rounding rule everywhere: products and sums fuse only where the code asks for it.
  $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>
  $<$<COMPILE_LANGUAGE:CUDA>:--fmad=false -Xcompiler=-Wall,-Wextra,-ffp-contract=off>)
if(QBATT_WERROR)
  target_compile_options(qbatt_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>
                                                 $<$<COMPILE_LANGUAGE:CUDA>:--Werror=all-warnings -Xcompiler=-Werror>)
endif()
if(QBATT_SANITIZE)
  target_compile_options(qbatt_flags INTERFACE -fsanitize=${QBATT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  target_link_options(qbatt_flags INTERFACE -fsanitize=${QBATT_SANITIZE})
endif()
