# `lint`: clang-tidy 19 over the sources of src/, sdk/ and cli/, with the flags of this build.

find_package(Python3 3.11 QUIET COMPONENTS Interpreter)
if(Python3_FOUND)
  add_custom_target(lint
    COMMAND "${Python3_EXECUTABLE}" -B "${PROJECT_SOURCE_DIR}/tools/lint.py" "${PROJECT_BINARY_DIR}"
    COMMENT "clang-tidy over src/, sdk/ and cli/"
    USES_TERMINAL VERBATIM)
endif()
