# ARGOT_SANITIZE = address | thread | fuzz. Any finding ends the process.

if(ARGOT_SANITIZE STREQUAL "address")
  set(sanitize -fsanitize=address,undefined)
elseif(ARGOT_SANITIZE STREQUAL "thread")
  set(sanitize -fsanitize=thread)
elseif(ARGOT_SANITIZE STREQUAL "fuzz")
  # Only the fuzzers themselves get libFuzzer's main: see argot_fuzzer.cmake.
  set(sanitize -fsanitize=fuzzer-no-link,address,undefined)
elseif(ARGOT_SANITIZE)
  message(FATAL_ERROR "ARGOT_SANITIZE is address, thread or fuzz, not '${ARGOT_SANITIZE}'")
endif()

if(ARGOT_SANITIZE)
  add_compile_options(${sanitize} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(${sanitize})
endif()

# Says that the sources of a target are tests, which a sanitizer makes four times as slow to
# optimize, and which run about as fast without: what they test stays optimized.
function(argot_compile_as_tests target)
  if(ARGOT_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
    # Classes of simdjson have another layout without optimization, unless this says no.
    target_compile_definitions(${target} PRIVATE SIMDJSON_DEVELOPMENT_CHECKS=0)
  endif()
endfunction()
