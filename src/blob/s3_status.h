// The statuses of S3 that mean something else than success, a retry or a failure (RFC 9110,
// section 15).
#pragma once

namespace argot::blob::s3_status {

inline constexpr int partial_content = 206;
inline constexpr int not_found = 404;
inline constexpr int precondition_failed = 412;
inline constexpr int range_not_satisfiable = 416;
inline constexpr int not_implemented = 501;

}  // namespace argot::blob::s3_status
