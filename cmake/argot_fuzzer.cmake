# One fuzz target of fuzz/, built where ARGOT_FUZZ is on (preset `fuzz`, clang only).
#
#   argot_fuzzer(multipart SOURCES multipart_fuzz.cc DEPS base http multipart)
#
# makes the executable fuzz_multipart and a test that replays fuzz/corpus/multipart. The target
# `fuzzers` builds all of them, and of the libraries only what they use.

function(argot_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPS;LINK")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${name}: argot_fuzzer does not know '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT ARGOT_FUZZ)
    return()
  endif()
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_executable(fuzz_${name} ${arg_SOURCES})
  add_dependencies(fuzzers fuzz_${name})
  target_include_directories(fuzz_${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(fuzz_${name} PRIVATE ${arg_LINK})
  foreach(dep IN LISTS arg_DEPS)
    target_link_libraries(fuzz_${name} PRIVATE argot::${dep})
  endforeach()
  set(corpus "${PROJECT_SOURCE_DIR}/fuzz/corpus/${name}")
  if(IS_DIRECTORY "${corpus}")
    add_test(NAME fuzz.${name} COMMAND fuzz_${name} -runs=0 "${corpus}")
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 300)
  endif()
endfunction()
