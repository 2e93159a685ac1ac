#include "server/s3_options.h"

#include <chrono>
#include <utility>

#include "base/assert.h"
#include "server/environment.h"
#include "server/s3_credentials.h"

namespace argot::server {

Result<blob::S3StoreOptions> s3_options_of(const Settings& settings,
                                           const S3Surroundings& surroundings) {
  ASSERT(settings.blobs_s3.has_value());
  TRY(blob::S3Credentials credentials,
      find_s3_credentials(settings.s3_credentials_file, aws_environment()));
  return blob::S3StoreOptions{
      .client = {.location = *settings.blobs_s3,
                 .credentials = std::move(credentials),
                 .ca_file = settings.s3_ca_file.value_or(""),
                 .clock = surroundings.clock,
                 .random = surroundings.random,
                 .log = surroundings.log},
      .staging_folder = surroundings.staging_folder,
      .upload_age_max = settings.sweep_orphan_age,
      .url_lifetime = std::chrono::ceil<std::chrono::seconds>(settings.s3_redirect_lifetime)};
}

}  // namespace argot::server
