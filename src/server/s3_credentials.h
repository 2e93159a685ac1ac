// Where the key for S3 comes from.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "blob/s3_signature.h"

namespace argot::server {

// Out of the file if one is named, else out of the variables. The file has lines like those
// variables: AWS_ACCESS_KEY_ID=..., AWS_SECRET_ACCESS_KEY=..., and AWS_SESSION_TOKEN=... where the
// key needs one; `export ` may stand before each, and quotation marks around a value. Error:
// cannot_start, in a line that shows no value.
Result<blob::S3Credentials> find_s3_credentials(
    const std::optional<std::string>& file, const std::map<std::string, std::string>& variables);

}  // namespace argot::server
