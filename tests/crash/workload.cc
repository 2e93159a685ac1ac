#include "tests/crash/workload.h"

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "digest/sha256.h"
#include "tests/crash/core.h"
#include "tests/crash/fault_shim.h"
#include "tests/support/fakes.h"

namespace argot::crash {
namespace {

// Larger than what SQLite writes at once, and several of them in a checksum's block.
constexpr std::size_t chunk_bytes = 256_KiB;

void remark(const std::string& text) { argot_faults_remark(text.data(), text.size()); }

struct Upload {
  std::string content;
  policy::Purpose purpose = policy::Purpose::user_data;
  std::optional<std::uint64_t> expires_after_seconds;
};

std::string random_text(std::size_t bytes, std::mt19937_64& random) {
  std::string text(bytes, ' ');
  std::uint64_t dice = 0;
  for (std::size_t at = 0; at < bytes; ++at) {
    if (at % 16 == 0) dice = random();
    text[at] = static_cast<char>('a' + (dice & 15U));
    dice >>= 4U;
  }
  return text;
}

// One client. It knows what it was told, and tells the log.
class Client {
 public:
  // `has_failed` is set where an answer says that the server is about to stop itself.
  Client(Core& core, std::atomic<bool>& has_failed, std::string name)
      : core_(core), has_failed_(has_failed), name_(std::move(name)) {}

  // The id, if it was acknowledged.
  std::optional<std::string> create(const Upload& upload) {
    const std::string name = next_name();
    remark("create " + name + " " + std::to_string(upload.content.size()) + " " +
           digest::sha256_of(as_bytes(upload.content)).hex());
    const Result<catalog::File> created = send(upload, name);
    if (created) {
      remark("created " + name + " " + created->id + " " +
             std::to_string(created->expires_at.value_or(0)));
      return created->id;
    }
    if (created.error().code == ErrorCode::outcome_unknown) {
      has_failed_ = true;
    } else {
      remark("refused " + name);
    }
    return std::nullopt;
  }

  // The same in parts, of which one is sent that nobody wants.
  void assemble(const std::vector<std::string>& pieces) {
    const std::string name = next_name();
    std::size_t bytes = 0;
    for (const std::string& piece : pieces) bytes += piece.size();
    remark("create " + name + " " + std::to_string(bytes) + " " + digest_of_parts(pieces).hex());
    const auto completed = send_parts(pieces, bytes, name);
    if (completed) {
      remark("created " + name + " " + completed->file.id + " 0");
    } else if (completed.error().code == ErrorCode::outcome_unknown) {
      has_failed_ = true;
    } else {
      remark("refused " + name);
    }
  }

  // Sends a part, and never completes the upload.
  void abandon(const std::string& piece) {
    auto upload = core_.library().uploads().begin(
        {.scope = core_.scope(), .filename = next_name(), .bytes = piece.size()});
    const Result<std::string> part =
        upload ? send_part(*upload, piece) : Result<std::string>(std::unexpect, upload.error());
    if (!part && part.error().code == ErrorCode::outcome_unknown) has_failed_ = true;
  }

  // Begins an upload and goes away in its middle.
  void break_off(const Upload& upload) {
    const std::string name = next_name();
    remark("create " + name + " " + std::to_string(upload.content.size()) + " -");
    {
      auto intake = core_.library().open_intake(core_.scope());
      if (intake) [[maybe_unused]]
        const Result<> written = write(**intake, upload.content);
    }
    remark("refused " + name);
  }

  void remove(const std::optional<std::string>& id) {
    if (!id) return;
    remark("delete " + *id);
    const Result<> removed = core_.library().remove(core_.scope(), *id);
    if (removed) {
      remark("deleted " + *id);
    } else if (removed.error().code == ErrorCode::outcome_unknown) {
      has_failed_ = true;
    } else {
      remark("kept " + *id);
    }
  }

 private:
  std::string next_name() { return name_ + "-" + std::to_string(++count_); }

  static Result<> write(files::Intake& intake, const std::string& content) {
    for (std::size_t at = 0; at < content.size(); at += chunk_bytes) {
      TRY_DO(intake.write(as_bytes(std::string_view(content).substr(at, chunk_bytes))));
    }
    return {};
  }

  Result<catalog::File> send(const Upload& upload, const std::string& name) {
    TRY(std::unique_ptr<files::Intake> intake, core_.library().open_intake(core_.scope()));
    TRY_DO(write(*intake, upload.content));
    TRY_DO(intake->finish());
    return intake->commit({.scope = core_.scope(),
                           .purpose = upload.purpose,
                           .filename = name,
                           .expires_after_seconds = upload.expires_after_seconds});
  }

  // The part's id.
  Result<std::string> send_part(const catalog::Upload& upload, const std::string& piece) {
    TRY(std::unique_ptr<files::PartIntake> intake,
        core_.library().open_part(core_.scope(), upload.id));
    TRY_DO(intake->write(as_bytes(piece)));
    TRY_DO(intake->finish());
    TRY(const catalog::UploadPart part, intake->commit());
    return part.id;
  }

  Result<files::CompletedUpload> send_parts(const std::vector<std::string>& pieces,
                                            std::size_t bytes, const std::string& name) {
    files::Uploads& uploads = core_.library().uploads();
    TRY(const catalog::Upload upload,
        uploads.begin({.scope = core_.scope(), .filename = name, .bytes = bytes}));
    TRY_DO(send_part(upload, "unwanted"));
    files::Assembly assembly;
    for (const std::string& piece : pieces) {
      TRY(std::string part, send_part(upload, piece));
      assembly.part_ids.push_back(std::move(part));
    }
    return uploads.complete(core_.scope(), upload.id, assembly);
  }

  Core& core_;
  std::atomic<bool>& has_failed_;
  const std::string name_;
  int count_ = 0;
};

// A server that can be started more than once, with its clock.
class Run {
 public:
  Run(const std::string& data, std::uint64_t seed, Bug bug)
      : data_(data), random_(seed), mutant_(make_mutant(bug, catalog_path(data))) {}

  [[nodiscard]] bool start() {
    core_.reset();
    auto opened = Core::open({.data = data_,
                              .clock = clock_,
                              .random = random_,
                              .mutant = mutant_.get(),
                              .on_fail_stop = [this] { has_failed_ = true; }});
    if (!opened) return false;
    core_ = *std::move(opened);
    // Trouble with the sweep is only logged by the server.
    [[maybe_unused]] const Result<> swept = core_->sweep();
    return true;
  }

  void pass(std::chrono::milliseconds time) {
    clock_.advance(time);
    const auto now = clock_.now().time_since_epoch().count();
    remark("clock " + std::to_string(now));
  }

  Core& core() { return *core_; }
  Client client(std::string name) { return {*core_, has_failed_, std::move(name)}; }
  bool has_failed() const { return has_failed_; }

  // Closes in an orderly way, or as a fail-stop does.
  Ended end() {
    core_.reset();
    return has_failed_ ? Ended::failed_stop : Ended::done;
  }

 private:
  const std::string data_;
  testing::FakeClock clock_{clock_begin_ms};
  testing::SeededRandom random_;
  std::unique_ptr<Mutant> mutant_;
  std::atomic<bool> has_failed_ = false;
  std::unique_ptr<Core> core_;
};

Ended run_first_start(const Workload& workload, const std::string& data) {
  Run run(data, workload.seed, workload.bug);
  std::mt19937_64 random(workload.seed);
  if (!run.start()) return Ended::not_started;
  std::optional<std::string> first;
  {
    Client client = run.client("first");
    first = client.create({.content = random_text(700, random)});
    if (run.has_failed()) return run.end();
    client.create({.content = random_text(20'000, random)});
    if (run.has_failed()) return run.end();
  }
  if (!run.start()) return Ended::not_started;
  Client client = run.client("second");
  client.remove(first);
  if (run.has_failed()) return run.end();
  client.create({.content = random_text(3'000, random)});
  return run.end();
}

// Steps of a single client until one of them ends the server.
class Script {
 public:
  explicit Script(Run& run) : run_(run) {}

  template <typename Step>
  Script& then(const Step& step) {
    if (!run_.has_failed()) step();
    return *this;
  }

 private:
  Run& run_;
};

Ended run_serving(const Workload& workload, const std::string& data) {
  Run run(data, workload.seed, workload.bug);
  std::mt19937_64 random(workload.seed);
  if (!run.start()) return Ended::not_started;
  std::optional<std::string> small;
  std::optional<std::string> large;
  {
    Client client = run.client("before");
    Script(run)
        .then([&] { small = client.create({.content = random_text(300, random)}); })
        .then([&] { large = client.create({.content = random_text(1'300'000, random)}); })
        .then([&] {
          client.create({.content = random_text(9'000, random), .expires_after_seconds = 3'600});
        })
        .then([&] { client.remove(small); })
        .then([&] { client.create({.content = random_text(2_MiB, random)}); })  // over the quota
        .then([&] { client.break_off({.content = random_text(600'000, random)}); })
        .then([&] { client.create({.content = {}}); })
        .then([&] {  // refused by the judge
          client.create({.content = "no record", .purpose = policy::Purpose::batch});
        })
        .then([&] {  // kept with a report
          client.create({.content = "{\"custom_id\": 7}\n", .purpose = policy::Purpose::batch});
        })
        .then([&] { client.assemble({random_text(40'000, random), random_text(5'000, random)}); })
        .then([&] { client.abandon(random_text(6'000, random)); })
        .then([&] { run.pass(std::chrono::hours(2)); })
        .then([&] { [[maybe_unused]] const Result<> swept = run.core().sweep(); })
        .then([&] { small = client.create({.content = random_text(300, random)}); });
    if (run.has_failed()) return run.end();
  }
  if (!run.start()) return Ended::not_started;
  Client client = run.client("after");
  Script(run)
      .then([&] { client.create({.content = random_text(70'000, random)}); })
      .then([&] { client.remove(large); })
      .then([&] { client.create({.content = random_text(1'100'000, random)}); })
      .then([&] { [[maybe_unused]] const Result<> swept = run.core().sweep(); })
      .then([&] { client.remove(small); })
      .then([&] { client.assemble({random_text(7'000, random)}); })
      .then([&] { [[maybe_unused]] const auto orphans = run.core().sweeper().remove_orphans(); });
  return run.end();
}

void run_one_client(Run& run, const std::string& name, std::uint64_t seed) {
  constexpr std::array<std::size_t, 5> sizes{0, 80, 5'000, 40'000, 300'000};
  std::mt19937_64 random(seed);
  Client client = run.client(name);
  std::vector<std::optional<std::string>> mine;
  for (int step = 0; step < 10 && !run.has_failed(); ++step) {
    const std::size_t bytes = sizes.at(random() % sizes.size());
    if (!mine.empty() && random() % 3 == 0) {
      const std::size_t index = random() % mine.size();
      client.remove(std::exchange(mine[index], std::nullopt));
    } else if (random() % 8 == 0) {
      client.break_off({.content = random_text(bytes, random)});
    } else {
      mine.push_back(client.create({.content = random_text(bytes, random)}));
    }
  }
}

Ended run_concurrent(const Workload& workload, const std::string& data) {
  Run run(data, workload.seed, workload.bug);
  if (!run.start()) return Ended::not_started;
  std::atomic<int> busy = 3;
  std::vector<std::thread> clients;
  for (const char* const name : {"red", "green", "blue"}) {
    const std::uint64_t seed = workload.seed + clients.size();
    clients.emplace_back([&run, &busy, name, seed] {
      run_one_client(run, name, seed);
      --busy;
    });
  }
  // As often as it can: what it must not take is under way all the time.
  while (busy > 0) {
    [[maybe_unused]] const Result<> swept = run.core().sweep();
    [[maybe_unused]] const auto orphans = run.core().sweeper().remove_orphans();
  }
  for (std::thread& client : clients) client.join();
  return run.end();
}

Ended run_afterwards(const Workload& workload, const std::string& data) {
  Run run(data, workload.seed, workload.bug);
  std::mt19937_64 random(workload.seed);
  if (!run.start()) return Ended::not_started;
  std::optional<std::string> id;
  Client client = run.client("afterwards");
  Script(run)
      .then([&] { id = client.create({.content = random_text(500, random)}); })
      .then([&] { client.create({.content = random_text(2'000, random)}); })
      .then([&] { client.remove(id); });
  return run.end();
}

// Reports are what fills a log: each of these files has a thousand problems.
Ended run_long_log(const Workload& workload, const std::string& data) {
  Run run(data, workload.seed, workload.bug);
  if (!run.start()) return Ended::not_started;
  std::string records;
  for (int record = 0; record < 1'000; ++record) records += "{\"custom_id\": 7}\n";
  Client client = run.client("long");
  std::optional<std::string> id;
  for (int file = 0; file < 32 && !run.has_failed(); ++file) {
    id = client.create({.content = records, .purpose = policy::Purpose::batch});
    if (file % 8 == 7) client.remove(id);
  }
  return run.end();
}

}  // namespace

digest::Sha256Value digest_of_parts(const std::vector<std::string>& pieces) {
  if (pieces.size() == 1) return digest::sha256_of(as_bytes(pieces.front()));
  digest::Sha256 hash;
  for (const std::string& piece : pieces) {
    hash.update(digest::sha256_of(as_bytes(piece)).bytes);
    std::string size;
    for (int shift = 56; shift >= 0; shift -= 8) {
      size += static_cast<char>(piece.size() >> static_cast<unsigned>(shift));
    }
    hash.update(as_bytes(size));
  }
  return hash.finish();
}

Ended run_workload(const Workload& workload, const std::string& data) {
  switch (workload.scenario) {
    case Scenario::first_start:
      return run_first_start(workload, data);
    case Scenario::serving:
      return run_serving(workload, data);
    case Scenario::concurrent:
      return run_concurrent(workload, data);
    case Scenario::long_log:
      return run_long_log(workload, data);
    case Scenario::afterwards:
      return run_afterwards(workload, data);
  }
  std::unreachable();
}

Ended run_start(const std::string& data) {
  Run run(data, 0, Bug::none);
  return run.start() ? run.end() : Ended::not_started;
}

}  // namespace argot::crash
