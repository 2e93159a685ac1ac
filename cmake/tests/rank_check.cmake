# Configures `ranks` with several pairs of ranks. Run with -P; see CMakeLists.txt beside it.

# expect(RESULT PATTERN ARGUMENTS...): RESULT is `passes` or `fails`, and the output has PATTERN.
function(expect result pattern)
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${PROJECT}" -B "${BUILD}"
      "-DCMAKE_CXX_COMPILER=${COMPILER}" ${ARGN}
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  # CMake wraps its messages.
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if(status EQUAL 0)
    set(actual passes)
  else()
    set(actual fails)
  endif()
  if(NOT actual STREQUAL result OR NOT output MATCHES "${pattern}")
    message(FATAL_ERROR
      "With ${ARGN} configuration ${actual}; it should have been: ${result}, with '${pattern}' in\n"
      "${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${BUILD}")
expect(passes "Configuring done" -DLOW_RANK=0 -DHIGH_RANK=1 -DLISTED=)
expect(fails "high .rank 1. may not use low .rank 1." -DLOW_RANK=1 -DHIGH_RANK=1 -DLISTED=)
expect(fails "high .rank 1. may not use low .rank 2." -DLOW_RANK=2 -DHIGH_RANK=1 -DLISTED=)
expect(passes "Configuring done" -DLOW_RANK=9 -DHIGH_RANK=10 -DLISTED=)
expect(fails "high .rank 1. uses unknown" -DLOW_RANK=0 -DHIGH_RANK=1 -DLISTED=unknown)
expect(fails "RANK must be a number" -DLOW_RANK=zero -DHIGH_RANK=1 -DLISTED=)
