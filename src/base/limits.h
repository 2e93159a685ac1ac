// Every default bound of the program, with its unit in its name. Settings (server/settings.cc) may
// change the ones that an operator has a reason to change.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace argot::limits {

// Files and tenants: the published limits, "MB" being 2^20 and "GB" 2^30.
inline constexpr std::uint64_t file_bytes = 512_MiB;
inline constexpr std::uint64_t batch_file_bytes = 100_MiB;
inline constexpr std::uint64_t assistants_tokens = 2'000'000;
inline constexpr std::uint64_t organization_bytes = 100_GiB;
inline constexpr std::size_t filename_bytes_max = 255;
inline constexpr std::uint64_t expires_after_seconds_min = 3'600;
inline constexpr std::uint64_t expires_after_seconds_max = 2'592'000;
inline constexpr std::uint64_t batch_expires_after_seconds = 2'592'000;
inline constexpr std::uint64_t page_size_max = 10'000;

// Uploads in parts. One that has ended is known for a while, so that a client learns how it ended.
inline constexpr std::uint64_t upload_bytes = 8_GiB;
inline constexpr std::uint64_t upload_part_bytes = 64_MiB;
inline constexpr std::uint64_t upload_parts_max = 4'096;
inline constexpr std::chrono::seconds upload_lifetime{3'600};
inline constexpr std::chrono::hours upload_memory{24};

// Enough for any installation, and far from where the arithmetic on sizes could overflow.
inline constexpr std::uint64_t settable_bytes_max = 1ULL << 50U;
inline constexpr std::uint64_t settable_tokens_max = 1ULL << 50U;

// What a request may claim beyond its file (part headers, boundaries, other fields) before its
// Content-Length alone refuses it.
inline constexpr std::uint64_t request_overhead_bytes = 1_MiB;

// One file is checked and sent in blocks of this size, each with a CRC32C of its own.
inline constexpr std::uint64_t checksum_block_bytes = 1_MiB;

// HTTP framing.
inline constexpr std::size_t request_line_bytes_max = 8_KiB;
inline constexpr std::size_t head_bytes_max = 16_KiB;
inline constexpr std::size_t header_count_max = 100;
inline constexpr std::size_t trailer_bytes_max = 4_KiB;
inline constexpr std::size_t chunk_extension_bytes_max = 256;
inline constexpr std::size_t chunk_size_digits_max = 16;

// Multipart forms.
inline constexpr std::size_t boundary_bytes_max = 70;
inline constexpr std::size_t parts_max = 32;
inline constexpr std::size_t part_head_bytes_max = 8_KiB;
inline constexpr std::size_t part_header_count_max = 16;
inline constexpr std::size_t text_field_bytes_max = 64_KiB;
inline constexpr std::size_t around_parts_bytes_max = 64_KiB;

// JSON that we read, and the line that tells JSONL from prose.
inline constexpr std::size_t json_bytes_max = 1_MiB;
inline constexpr std::size_t json_depth_max = 32;
inline constexpr std::size_t json_values_max = 65'536;
inline constexpr std::size_t jsonl_line_bytes_max = 16_MiB;
inline constexpr std::size_t jsonl_depth_max = 256;

// Checking the records of a file. Keys are counted in all objects that are open at once.
inline constexpr std::size_t record_keys_max = 65'536;
inline constexpr std::size_t report_problems_max = 1'000;
inline constexpr std::size_t report_names_max = 100;
inline constexpr std::size_t batch_requests_max = 50'000;
inline constexpr std::size_t training_examples_min = 10;
// The beginnings of lines that wait for their ends: so much for each upload, and so much for all
// that need more.
inline constexpr std::size_t carried_line_bytes = 64_KiB;
inline constexpr std::size_t carried_lines_bytes_max = 32_MiB;

// Text out of documents, in a child process: what one may take, and what is read of its file.
inline constexpr std::uint64_t document_memory_bytes_max = 768_MiB;
inline constexpr std::chrono::seconds document_cpu_time_max{20};
inline constexpr std::chrono::seconds document_wall_time_max{60};
inline constexpr std::uint64_t document_text_bytes_max = 64_MiB;
inline constexpr std::uint64_t document_text_bytes_per_token_max = 128;
inline constexpr std::uint64_t document_entries_max = 10'000;
inline constexpr std::uint64_t document_part_bytes_max = 256_MiB;
inline constexpr std::uint64_t document_parts_bytes_max = 512_MiB;
inline constexpr std::uint64_t document_strings_bytes_max = 128_MiB;
inline constexpr std::size_t document_depth_max = 256;
inline constexpr std::size_t document_html_depth_max = 4'096;
inline constexpr std::size_t document_html_token_bytes_max = 10_MiB;
inline constexpr std::size_t document_piece_bytes = 64_KiB;

// Connections. A body buffer is small enough to stay in a core's cache between receiving and
// hashing; with the head it stays under 192 KiB a connection.
inline constexpr std::size_t connections_max = 8'192;
inline constexpr std::size_t uploads_max = 512;
inline constexpr std::size_t rate_keys_max = 16'384;
inline constexpr std::size_t body_buffer_bytes = 96_KiB;
inline constexpr std::chrono::seconds head_timeout{10};
inline constexpr std::chrono::seconds idle_timeout{60};
inline constexpr std::chrono::seconds write_stall_timeout{60};
inline constexpr std::chrono::seconds body_window{30};
inline constexpr std::uint64_t body_bytes_per_second_min = 1_KiB;
inline constexpr std::chrono::seconds linger_timeout{30};
inline constexpr std::chrono::seconds drain_timeout{30};

// Creates that were done already. A client that says how often it has tried has long given up after
// the first of these; the last is how many tries are told apart.
inline constexpr std::chrono::minutes retry_window{10};
inline constexpr std::chrono::hours idempotency_key_lifetime{24};
inline constexpr std::size_t idempotency_key_bytes_max = 255;
inline constexpr std::uint32_t retry_count_max = 62;

// Storage.
inline constexpr std::uint64_t write_behind_bytes = 8_MiB;
inline constexpr std::size_t verified_blobs_max = 4'096;
inline constexpr std::chrono::hours verify_max_age{7 * 24};
inline constexpr std::chrono::hours scrub_interval{30 * 24};
inline constexpr std::uint64_t scrub_bytes_per_second = 16_MiB;
inline constexpr std::size_t commit_group_max = 128;
inline constexpr std::chrono::seconds sweep_interval{30};
inline constexpr std::chrono::hours orphan_age{24};

}  // namespace argot::limits
