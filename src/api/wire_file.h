// A file of the catalogue as the wire shows it.
#pragma once

#include "catalog/records.h"
#include "openai/file.h"

namespace argot::api {

openai::File wire_file(catalog::ListedFile file);
openai::File wire_file(catalog::File file);

}  // namespace argot::api
