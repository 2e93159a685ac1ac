#include "catalog/postgres_address.h"

#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>

namespace argot::catalog {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

bool is_secret(std::string_view name) { return name == "password" || name == "sslpassword"; }

// The folder of a socket is no host that an URI could show.
std::string name_of(const std::map<std::string, std::string>& options) {
  const auto value = [&](const char* name) {
    const auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
  };
  std::string host = value("host");
  if (host.empty()) host = value("hostaddr");
  if (host.starts_with('/')) host.clear();
  const std::string port = value("port");
  const std::string database = value("dbname");
  return "postgres://" + host + (port.empty() || host.empty() ? "" : ":" + port) + "/" + database;
}

}  // namespace

Result<PostgresAddress> PostgresAddress::parse(const std::string& uri) {
  // The library takes other forms as well, and its complaints repeat what it was given.
  const bool is_uri = uri.starts_with("postgres://") || uri.starts_with("postgresql://");
  char* complaint = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(
      is_uri ? PQconninfoParse(uri.c_str(), &complaint) : nullptr);
  PQfreemem(complaint);
  if (parsed == nullptr || uri.contains('\0')) {
    return fail(ErrorCode::cannot_start,
                "the address of the PostgreSQL server is not of the form "
                "postgres://USER:PASSWORD@HOST:PORT/DATABASE: characters such as / and @ in its "
                "parts are written as %2F and %40");
  }
  PostgresAddress address;
  std::map<std::string, std::string> options;
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    address.options_.emplace_back(option->keyword, option->val);
    options.emplace(option->keyword, option->val);
  }
  if (const auto password = options.find("password"); password != options.end()) {
    address.password_ = password->second;
  }
  std::erase_if(options, [](const auto& option) { return is_secret(option.first); });
  address.name_ = name_of(options);
  return address;
}

std::string PostgresAddress::clean(std::string text) const {
  while (text.ends_with('\n')) text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  if (password_.empty()) return text;
  constexpr std::string_view stars = "***";
  std::size_t at = 0;
  while ((at = text.find(password_, at)) != std::string::npos) {
    text.replace(at, password_.size(), stars);
    at += stars.size();
  }
  return text;
}

}  // namespace argot::catalog
