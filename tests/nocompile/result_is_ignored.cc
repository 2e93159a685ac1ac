// What a function returns instead of throwing has to be looked at.
#include "argot_open_ai/funcs/filesDeleteFile.hpp"

namespace openai = argot::openai;

void forget(const openai::ArgotOpenAiCore& core) {
#ifndef WRONG
  (void)
#endif
      openai::filesDeleteFile(core, {.fileId = "file-abc"});
}
