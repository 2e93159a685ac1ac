# Looks into PROGRAM for what cmake/hardening.cmake asks of compiler and linker. Run with -P;
# FORTIFIED says whether the build was optimised.

find_program(READELF readelf REQUIRED)
execute_process(
  COMMAND "${READELF}" --wide --file-header --program-headers --dynamic --dyn-syms "${PROGRAM}"
  RESULT_VARIABLE status
  OUTPUT_VARIABLE output
  ERROR_VARIABLE errors)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "readelf ${PROGRAM}: ${errors}")
endif()

function(expect pattern meaning)
  if(NOT output MATCHES "${pattern}")
    message(FATAL_ERROR "${PROGRAM}: ${meaning}")
  endif()
endfunction()

expect("Type: +DYN" "not position-independent")
expect("GNU_RELRO" "relocations stay writable (-z relro)")
expect("\\(FLAGS_1\\)[^\n]*NOW" "symbols are bound late (-z now)")
expect("GNU_STACK[^\n]* RW +0x" "the stack is executable (-z noexecstack)")
expect("__stack_chk_fail" "no stack protector")
if(FORTIFIED)
  expect("__[a-z]+_chk@" "no fortified call (_FORTIFY_SOURCE)")
endif()
if(output MATCHES "\\((RPATH|RUNPATH)\\)")
  message(FATAL_ERROR "${PROGRAM}: looks for libraries in a folder of its own")
endif()
message(STATUS "${PROGRAM}: hardened")
