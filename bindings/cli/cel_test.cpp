// kith cel-test: conformance vectors, run.
#include <iostream>
#include <memory>
#include <utility>

#include "bindings/cli/command.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::vector<std::string> files;
};

// What cannot be read is wrong usage; nothing is run then.
Result<std::vector<std::pair<std::string, std::string>>> read_all(const Environment& env,
                                                                  const Arguments& args) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& path : args.files) {
    Result<std::string> text = read_file(env, path);
    if (!text.ok()) return Status(Code::kInvalidArgument, std::string(text.status().message()));
    out.emplace_back(path, *std::move(text));
  }
  return out;
}

void print(const ConformanceResult& result) {
  for (const ConformanceFailure& failure : result.failures) {
    std::cout << failure.file << "/" << failure.section << "/" << failure.name << "\n  "
              << failure.expression << "\n  expected " << failure.expected << "\n  got "
              << failure.got << "\n";
  }
  for (const ConformanceSkip& skip : result.skips) {
    std::cout << skip.file << "/" << skip.section << "/" << skip.name << " skipped: " << skip.reason
              << "\n";
  }
}

Status run(const Environment& env, const Arguments& args, std::optional<int>* exit_code) {
  Result<std::vector<std::pair<std::string, std::string>>> files = read_all(env, args);
  if (!files.ok()) return files.status();
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  for (const auto& [path, text] : *files) {
    Result<ConformanceResult> result = run_conformance(text, path);
    if (!result.ok()) return result.status();
    print(*result);
    passed += result->passed;
    failed += result->failed;
  }
  std::cout << passed << " passed, " << failed << " failed\n";
  if (failed != 0) *exit_code = 1;
  return {};
}

}  // namespace

void add_cel_test(CLI::App& app, Environment& env) {
  CLI::App* command =
      app.add_subcommand("cel-test", "Run conformance vectors of the expression language");
  auto args = std::make_shared<Arguments>();
  command->add_option("FILE", args->files, "JSON files of vectors, - for standard input")
      ->required();
  on_run(command, env, [&env, args] { return run(env, *args, &env.exit_code); });
}

}  // namespace kith::cli
