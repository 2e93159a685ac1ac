// What it costs to check every record of a file: the Inspector in buffers as they come from the
// network, beside the least that simdjson can do for the same fields, and beside another library.
//
//   build/bench/bench/bench_check --benchmark_repetitions=5
//
// With "--write CORPUS FILE" it only writes one of the files that it measures on.

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "bench/check_corpus.h"
#include "jsonl/inspector.h"

namespace argot::bench {
namespace {

using simdjson::ondemand::json_type;

const std::map<std::string_view, Corpus>& corpora() {
  static const std::map<std::string_view, Corpus> table = {{"batch", Corpus::batch},
                                                           {"short_chat", Corpus::short_chat},
                                                           {"long_chat", Corpus::long_chat},
                                                           {"cjk_chat", Corpus::cjk_chat}};
  return table;
}

const simdjson::padded_string& file_of(Corpus corpus) {
  static std::map<Corpus, simdjson::padded_string> files;
  const auto found = files.find(corpus);
  if (found != files.end()) return found->second;
  return files.emplace(corpus, CorpusWriter(corpus).file()).first->second;
}

// The least that a check has to do: the type of every field that a format knows, what every string
// means, and nothing behind the record. It stops at the first thing wrong, and cannot say where.
class PlainWalk {
 public:
  bool is_request(simdjson::padded_string_view line) {
    return is_whole(line, [this](simdjson::ondemand::object& record) {
      bool is_good = true;
      for (auto member : record) {
        const std::string_view key = member.unescaped_key();
        if (key == "custom_id" || key == "method" || key == "url") {
          is_good &= is_string(member.value());
        } else if (key == "body") {
          simdjson::ondemand::object body = member.value();
          is_good &= is_body(body);
        } else {
          is_good &= is_anything(member.value());
        }
      }
      return is_good;
    });
  }

  bool is_example(simdjson::padded_string_view line) {
    return is_whole(line, [this](simdjson::ondemand::object& record) {
      bool is_good = true;
      for (auto member : record) {
        const bool is_messages = member.unescaped_key().value() == "messages";
        is_good &= is_messages ? are_messages(member.value()) : is_anything(member.value());
      }
      return is_good;
    });
  }

 private:
  template <typename Check>
  bool is_whole(simdjson::padded_string_view line, Check check) {
    simdjson::ondemand::document document = parser_.iterate(line);
    simdjson::ondemand::object record = document.get_object();
    return check(record) && document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  }

  bool is_body(simdjson::ondemand::object& body) {
    bool is_good = true;
    for (auto member : body) {
      const std::string_view key = member.unescaped_key();
      if (key == "model") {
        is_good &= is_string(member.value());
      } else if (key == "messages") {
        is_good &= are_messages(member.value());
      } else {
        is_good &= is_anything(member.value());
      }
    }
    return is_good;
  }

  bool are_messages(simdjson::ondemand::value value) {
    bool is_good = true;
    for (auto item : value.get_array()) {
      for (auto member : simdjson::ondemand::object(item.get_object())) {
        const std::string_view key = member.unescaped_key();
        const bool is_known = key == "role" || key == "content" || key == "name";
        is_good &= is_known ? is_string(member.value()) : is_anything(member.value());
      }
    }
    return is_good;
  }

  bool is_string(simdjson::ondemand::value value) {
    const std::string_view text = value.get_string();
    total_ += text.size();
    return true;
  }

  bool is_anything(simdjson::ondemand::value value) {
    switch (value.type()) {
      case json_type::object:
        for (auto member : value.get_object()) {
          total_ += member.unescaped_key().value().size();
          is_anything(member.value());
        }
        return true;
      case json_type::array:
        for (auto item : value.get_array()) is_anything(item.value());
        return true;
      case json_type::string:
        return is_string(value);
      case json_type::number:
        return value.get_number().error() == simdjson::SUCCESS;
      case json_type::boolean:
        return value.get_bool().error() == simdjson::SUCCESS;
      case json_type::null:
        return value.is_null();
    }
    return false;
  }

  simdjson::ondemand::parser parser_;
  std::size_t total_ = 0;
};

// Calls see() for each line, behind which simdjson's padding is readable.
template <typename See>
void each_line(const simdjson::padded_string& file, See see) {
  std::string_view rest = file;
  while (!rest.empty()) {
    const std::size_t bytes = rest.find('\n');
    see(rest.data(), bytes);
    rest.remove_prefix(bytes + 1);
  }
}

void finish(benchmark::State& state, Corpus corpus, bool is_good) {
  if (!is_good) state.SkipWithError("the file is not what it was made to be");
  const auto bytes = static_cast<std::int64_t>(file_of(corpus).size());
  state.SetBytesProcessed(state.iterations() * bytes);
}

void inspector(benchmark::State& state, Corpus corpus) {
  const std::string_view text = file_of(corpus);
  const jsonl::Format format = corpus == Corpus::batch ? jsonl::Format::batch : jsonl::Format::chat;
  jsonl::SharedMemory shared;
  bool is_good = true;
  for (auto round : state) {
    jsonl::Inspector sink(shared, {.expectation = {.formats = {format}}});
    for (std::size_t at = 0; at < text.size(); at += limits::body_buffer_bytes) {
      (void)sink.write(as_bytes(text.substr(at, limits::body_buffer_bytes)));
    }
    (void)sink.finish();
    is_good = sink.report().problems.count() == 0 && sink.report().format == format;
  }
  finish(state, corpus, is_good);
}

void plain_simdjson(benchmark::State& state, Corpus corpus) {
  const simdjson::padded_string& file = file_of(corpus);
  PlainWalk walk;
  bool is_good = true;
  for (auto round : state) {
    each_line(file, [&](const char* line, std::size_t bytes) {
      const simdjson::padded_string_view padded(line, bytes, bytes + simdjson::SIMDJSON_PADDING);
      is_good &= corpus == Corpus::batch ? walk.is_request(padded) : walk.is_example(padded);
    });
  }
  finish(state, corpus, is_good);
}

void nlohmann_parse(benchmark::State& state, Corpus corpus) {
  const simdjson::padded_string& file = file_of(corpus);
  bool is_good = true;
  for (auto round : state) {
    each_line(file, [&](const char* line, std::size_t bytes) {
      is_good &= nlohmann::json::parse(line, line + bytes).is_object();
    });
  }
  finish(state, corpus, is_good);
}

void add_all() {
  for (const auto& [name, corpus] : corpora()) {
    const auto add = [&](const char* what, void (*run)(benchmark::State&, Corpus)) {
      benchmark::RegisterBenchmark((std::string(what) + '/' + std::string(name)).c_str(), run,
                                   corpus)
          ->Unit(benchmark::kMillisecond);
    };
    add("inspector", inspector);
    add("plain_simdjson", plain_simdjson);
    add("nlohmann", nlohmann_parse);
  }
}

int write_corpus(std::string_view name, const std::string& path) {
  const auto found = corpora().find(name);
  if (found == corpora().end()) return 2;
  std::ofstream out(path, std::ios::binary);
  out << CorpusWriter(found->second).file();
  return out.flush() ? 0 : 1;
}

}  // namespace
}  // namespace argot::bench

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--write") {
    return argot::bench::write_corpus(argv[2], argv[3]);
  }
  argot::bench::add_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
