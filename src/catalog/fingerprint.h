// Whether two creates are the same one, as far as the server can tell.
#pragma once

#include "catalog/records.h"
#include "digest/digest_values.h"

namespace argot::catalog {

// Of everything that a client says of a file: where it goes, its purpose, name, expiry and content.
digest::Sha256Value fingerprint_of(const NewFile& file);

// Bit N stands for the attempt after N failed ones; those beyond the last bit share it.
std::int64_t try_bit(const Attempt& attempt);

}  // namespace argot::catalog
