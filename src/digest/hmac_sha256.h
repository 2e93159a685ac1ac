// HMAC (RFC 2104) with SHA-256: proof that whoever sends a message knows a key.
#pragma once

#include "base/bytes.h"
#include "digest/digest_values.h"

namespace argot::digest {

Sha256Value hmac_sha256(Bytes key, Bytes message);

}  // namespace argot::digest
