// A File within another object, for the sources of this folder.
#pragma once

#include "base/result.h"
#include "json/value.h"
#include "json/writer.h"
#include "openai/file.h"

namespace argot::openai {

void write(json::Writer& writer, const File& file);
Result<File> read_file(const json::Value& value);

}  // namespace argot::openai
