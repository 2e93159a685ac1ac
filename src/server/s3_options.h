// From the settings to what a store on S3 is opened with.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "blob/s3_store.h"
#include "server/settings.h"

namespace argot::server {

// What the store borrows, and the folder for content on its way.
struct S3Surroundings {
  const Clock& clock;
  Random& random;
  Log& log;
  std::string staging_folder;
};

// The settings must name a bucket. The key for it comes from the file that they name, or from the
// environment. Error: cannot_start.
Result<blob::S3StoreOptions> s3_options_of(const Settings& settings,
                                           const S3Surroundings& surroundings);

}  // namespace argot::server
