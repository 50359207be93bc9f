# cmake -DNM=nm -DTARGET=v4 -DOBJECTS="a.o;b.o" -P check_isa_symbols.cmake
#
# Fails where an object file defines, for other object files to use, a symbol outside the namespace TARGET. An inline function or a
# template instance shared with code for another instruction set is such a symbol: the linker keeps one copy of it for all.
if(NOT OBJECTS)
  message(FATAL_ERROR "no object files given")
endif()
set(leaks)
set(kept 0)
foreach(object IN LISTS OBJECTS)
  execute_process(COMMAND ${NM} --defined-only --extern-only --demangle ${object}
                  OUTPUT_VARIABLE listing COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE ";" "," listing "${listing}")
  string(REPLACE "[" "(" listing "${listing}")  # a lone bracket would keep CMake from splitting the list there
  string(REPLACE "]" ")" listing "${listing}")
  string(REPLACE "\n" ";" listing "${listing}")
  foreach(line IN LISTS listing)
    if(line MATCHES "^[0-9a-f]+ [A-Za-z] (.*)$")
      set(symbol "${CMAKE_MATCH_1}")
      if(symbol MATCHES "(^|[^A-Za-z0-9_])${TARGET}::")
        math(EXPR kept "${kept} + 1")
      elseif(NOT symbol MATCHES "^(DW\\.ref\\.__gxx_personality_v0$|__odr_asan\\.)")  # data of exception tables and of sanitizers
        list(APPEND leaks "${line}")
      endif()
    endif()
  endforeach()
endforeach()
if(leaks)
  list(JOIN leaks "\n  " leaks)
  message(FATAL_ERROR "symbols outside the namespace ${TARGET}:\n  ${leaks}")
endif()
if(kept EQUAL 0)
  message(FATAL_ERROR "the object files define nothing in the namespace ${TARGET}")
endif()
message(STATUS "${kept} symbols, all in the namespace ${TARGET}")
