// An upload of the catalogue as the wire shows it.
#pragma once

#include "catalog/upload_records.h"
#include "openai/upload.h"

namespace argot::api {

openai::Upload wire_upload(catalog::Upload upload);
openai::UploadPart wire_part(catalog::UploadPart part);

}  // namespace argot::api
