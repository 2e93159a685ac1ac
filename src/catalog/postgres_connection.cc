#include "catalog/postgres_connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <cerrno>

#include "base/assert.h"

namespace argot::catalog {
namespace {

// The server's numbers for the types of parameters (pg_type.dat): they never change.
constexpr std::uint32_t type_bytea = 17;
constexpr std::uint32_t type_int8 = 20;
constexpr std::uint32_t type_text = 25;

constexpr int binary = 1;

constexpr Sql set_session(
    "SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),"
    " set_config('idle_in_transaction_session_timeout', $3, false)");

bool is_ascii_text(unsigned char character) { return character >= ' ' && character <= 0x7F; }

std::string big_endian(std::int64_t number) {
  std::string bytes(sizeof number, '\0');
  auto rest = static_cast<std::uint64_t>(number);
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
    *byte = static_cast<char>(rest & 0xFFU);
    rest >>= 8U;
  }
  return bytes;
}

std::string_view state_of(const PGresult* result) {
  const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state == nullptr ? std::string_view() : state;
}

// https://www.postgresql.org/docs/15/errcodes-appendix.html
PostgresTrouble trouble_of(std::string_view state) {
  // The server says itself that it does not know (40003), or that it is going away.
  if (state == "40003" || state.starts_with("08") || state.starts_with("57P") || state == "25P03") {
    return PostgresTrouble::broken;
  }
  if (state == "40001" || state == "40P01") return PostgresTrouble::conflict;
  if (state == "23505") return PostgresTrouble::duplicate;
  if (state == "23503") return PostgresTrouble::unknown_tenant;
  return PostgresTrouble::other;
}

ErrorCode code_of(std::string_view state, PostgresTrouble trouble) {
  if (trouble == PostgresTrouble::broken || trouble == PostgresTrouble::conflict) {
    return ErrorCode::unavailable;
  }
  if (trouble == PostgresTrouble::unknown_tenant) return ErrorCode::invalid_request;
  if (state == "53100") return ErrorCode::insufficient_storage;
  // Too many connections, too little memory; somebody holds a lock for too long.
  if (state.starts_with("53") || state == "55P03") return ErrorCode::overloaded;
  // It took too long; or this server has become one that only reads.
  if (state == "57014" || state == "25006") return ErrorCode::unavailable;
  return ErrorCode::internal;
}

// The library would write what the server remarks to standard error.
void ignore_notice(void*, const PGresult*) {}

}  // namespace

// --- Values --------------------------------------------------------------------------------------

PostgresValues& PostgresValues::id(std::string_view text) {
  std::string sent(text);
  for (char& character : sent) {
    if (!is_ascii_text(static_cast<unsigned char>(character))) character = '?';
  }
  values_.push_back({.type = type_text, .bytes = std::move(sent)});
  return *this;
}

PostgresValues& PostgresValues::optional_id(const std::optional<std::string>& text) {
  if (text) return id(std::string_view(*text));
  values_.push_back({.type = type_text, .bytes = std::nullopt});
  return *this;
}

PostgresValues& PostgresValues::bytes(Bytes bytes) {
  values_.push_back({.type = type_bytea, .bytes = std::string(as_text(bytes))});
  return *this;
}

PostgresValues& PostgresValues::optional_bytes(const std::optional<std::string>& text) {
  if (text) return bytes(std::string_view(*text));
  values_.push_back({.type = type_bytea, .bytes = std::nullopt});
  return *this;
}

PostgresValues& PostgresValues::number(std::int64_t number) {
  values_.push_back({.type = type_int8, .bytes = big_endian(number)});
  return *this;
}

PostgresValues& PostgresValues::number(const std::optional<std::int64_t>& number) {
  if (number) return this->number(*number);
  values_.push_back({.type = type_int8, .bytes = std::nullopt});
  return *this;
}

// --- Rows ----------------------------------------------------------------------------------------

std::string_view PostgresRow::text(int column) const { return as_text(bytes(column)); }

Bytes PostgresRow::bytes(int column) const {
  const char* const value = PQgetvalue(result_, row_, column);
  const auto length = static_cast<std::size_t>(PQgetlength(result_, row_, column));
  return as_bytes(std::string_view(value, length));
}

std::int64_t PostgresRow::integer(int column) const {
  const Bytes digits = bytes(column);
  ASSERT(digits.size() == sizeof(std::int64_t) || digits.size() == 1);  // or a truth value
  std::uint64_t number = 0;
  for (const std::byte digit : digits) number = number << 8U | std::to_integer<unsigned>(digit);
  return static_cast<std::int64_t>(number);
}

bool PostgresRow::is_null(int column) const { return PQgetisnull(result_, row_, column) != 0; }

int PostgresRows::size() const { return PQntuples(result_.get()); }

PostgresRow PostgresRows::operator[](int row) const {
  ASSERT(row >= 0 && row < size());
  return {result_.get(), row};
}

void PostgresRows::Free::operator()(pg_result* result) const { PQclear(result); }

// --- Connections ---------------------------------------------------------------------------------

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(
    const PostgresAddress& address, const PostgresTimeouts& timeouts) {
  const std::string connect_timeout = std::to_string(timeouts.connect.count());
  const std::string user_timeout = std::to_string(timeouts.answer.count());
  // What the operator says comes later, and so counts.
  std::vector<const char*> names = {"application_name", "connect_timeout", "tcp_user_timeout",
                                    "keepalives_idle"};
  std::vector<const char*> values = {"argot", connect_timeout.c_str(), user_timeout.c_str(), "15"};
  for (const auto& [name, value] : address.options()) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(
      PQconnectdbParams(names.data(), values.data(), 0), address, timeouts.answer));
  ASSERT(connection->connection_ != nullptr);  // out of memory
  if (PQstatus(connection->connection_) != CONNECTION_OK) {
    return fail(ErrorCode::unavailable, address.clean(PQerrorMessage(connection->connection_)));
  }
  PQsetNoticeReceiver(connection->connection_, ignore_notice, nullptr);
  const bool is_set_up = PQsetnonblocking(connection->connection_, 1) == 0 &&
                         PQenterPipelineMode(connection->connection_) == 1;
  ASSERT(is_set_up);  // nothing is under way yet
  TRY_DO(
      connection->run(set_session, PostgresValues()
                                       .id(std::to_string(timeouts.statement.count()))
                                       .id(std::to_string(timeouts.lock.count()))
                                       .id(std::to_string(timeouts.idle_in_transaction.count()))));
  return connection;
}

PostgresConnection::~PostgresConnection() { PQfinish(connection_); }

bool PostgresConnection::send(const Queued& queued, Flush& flush) {
  std::vector<std::uint32_t> types;
  std::vector<const char*> bytes;
  std::vector<int> lengths;
  for (const PostgresValues::Value& value : queued.values.values_) {
    types.push_back(value.type);
    bytes.push_back(value.bytes ? value.bytes->data() : nullptr);
    lengths.push_back(value.bytes ? static_cast<int>(value.bytes->size()) : 0);
  }
  const std::vector<int> formats(types.size(), binary);
  const int count = static_cast<int>(types.size());
  auto known = names_.find(queued.sql);
  if (known == names_.end()) {
    known = names_.emplace(queued.sql, "s" + std::to_string(++names_given_)).first;
    flush.sent.emplace_back(known->first);
    if (PQsendPrepare(connection_, known->second.c_str(), known->first.c_str(), count,
                      types.data()) != 1) {
      return false;
    }
  }
  flush.sent.emplace_back(std::nullopt);
  return PQsendQueryPrepared(connection_, known->second.c_str(), count, bytes.data(),
                             lengths.data(), formats.data(), binary) == 1;
}

Result<std::vector<PostgresRows>> PostgresConnection::flush() {
  const std::vector<Queued> queued = std::exchange(queued_, {});
  trouble_ = PostgresTrouble::none;
  Flush flush;
  if (is_broken()) return give_up("the connection is gone");
  for (const Queued& statement : queued) {
    if (!send(statement, flush)) return give_up(address_.clean(PQerrorMessage(connection_)));
  }
  if (PQpipelineSync(connection_) != 1) return give_up("the connection is gone");
  while (!flush.is_over) {
    TRY(pg_result* const result, next_result());
    if (result != nullptr) {
      take(PostgresRows(result), flush);
    } else if (is_broken() || ++flush.answered > flush.sent.size()) {
      return give_up(flush.error ? flush.error->detail : "the connection is gone");
    }
  }
  if (flush.error) return fail(*std::move(flush.error));
  return std::move(flush.answers);
}

void PostgresConnection::take(PostgresRows answer, Flush& flush) {
  const ExecStatusType status = PQresultStatus(answer.result_.get());
  if (status == PGRES_PIPELINE_SYNC) {
    flush.is_over = true;
    return;
  }
  if (flush.answered == flush.sent.size()) {
    // All statements are answered, a commit among them perhaps, and in place of the sync the server
    // ends the session: it is being stopped. What it made of them has to be looked up.
    flush.error = give_up(failure(answer.result_.get()).detail).error();
    return;
  }
  const std::optional<std::string>& prepared = flush.sent[flush.answered];
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
    if (!prepared) flush.answers.push_back(std::move(answer));
    return;
  }
  if (status != PGRES_PIPELINE_ABORTED) flush.error = failure(answer.result_.get());
  // It failed, or was never tried: the next use prepares it.
  if (prepared) names_.erase(*prepared);
}

Result<pg_result*> PostgresConnection::next_result() {
  for (;;) {
    const int unsent = PQflush(connection_);
    if (unsent < 0) break;
    if (unsent == 0 && PQisBusy(connection_) == 0) return PQgetResult(connection_);
    pollfd waiting{.fd = PQsocket(connection_), .events = POLLIN, .revents = 0};
    if (unsent > 0) waiting.events |= POLLOUT;
    const int ready = ::poll(&waiting, 1, static_cast<int>(answer_timeout_.count()));
    if (ready == 0) return give_up("the server did not answer in time");
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) break;
    if ((waiting.revents & ~POLLOUT) != 0 && PQconsumeInput(connection_) == 0) break;
  }
  // Why, if the server has said it before it went.
  const PostgresRows last(PQgetResult(connection_));
  if (last.result_ != nullptr && PQresultStatus(last.result_.get()) == PGRES_FATAL_ERROR) {
    return give_up(failure(last.result_.get()).detail);
  }
  return give_up(address_.clean(PQerrorMessage(connection_)));
}

// Only the primary message: the details of the server repeat what is in its rows.
Error PostgresConnection::failure(const pg_result* result) {
  const std::string_view state = state_of(result);
  trouble_ = is_broken() ? PostgresTrouble::broken : trouble_of(state);
  // A connection that cannot go on, or to a server that no longer takes changes.
  if (trouble_ == PostgresTrouble::broken || state == "25006") is_given_up_ = true;
  const char* const primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string message =
      address_.clean(primary == nullptr ? PQresultErrorMessage(result) : primary);
  return Error{.code = code_of(state, trouble_),
               .detail = message + (state.empty() ? "" : " (" + std::string(state) + ")"),
               .param = {}};
}

std::unexpected<Error> PostgresConnection::give_up(const std::string& why) {
  is_given_up_ = true;
  trouble_ = PostgresTrouble::broken;
  return fail(ErrorCode::unavailable, why);
}

Result<> PostgresConnection::run_script(const char* script) {
  ASSERT(queued_.empty());
  if (is_broken() || PQexitPipelineMode(connection_) != 1) return give_up("the connection is gone");
  PQsetnonblocking(connection_, 0);
  const PostgresRows last(PQexec(connection_, script));
  const ExecStatusType status = PQresultStatus(last.result_.get());
  Result<> outcome;
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
    outcome = fail(failure(last.result_.get()));
  }
  if (is_broken()) return outcome;
  PQsetnonblocking(connection_, 1);
  if (PQenterPipelineMode(connection_) != 1) is_given_up_ = true;
  return outcome;
}

bool PostgresConnection::is_in_transaction() const {
  const PGTransactionStatusType status = PQtransactionStatus(connection_);
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

bool PostgresConnection::is_broken() const {
  return is_given_up_ || PQstatus(connection_) != CONNECTION_OK;
}

int PostgresConnection::process_id() const { return PQbackendPID(connection_); }

}  // namespace argot::catalog
