#include "bindings/cli/cel_tools.hpp"

#include <iostream>

#include "kith/expression_trace.hpp"

namespace kith::cli {

namespace {

// As the language writes it; what lists and maps hold is found out when it runs.
std::string type_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kBool: return "bool";
    case Value::Kind::kInt: return "int";
    case Value::Kind::kUint: return "uint";
    case Value::Kind::kDouble: return "double";
    case Value::Kind::kDecimal: return "decimal";
    case Value::Kind::kText: return "string";
    case Value::Kind::kList: return "list(dyn)";
    case Value::Kind::kMap: return "map(dyn, dyn)";
    default: return "dyn";
  }
}

ExpressionOptions options_of(const CelSubject& subject) {
  ExpressionOptions options;
  for (const auto& [name, value] : subject.variables) {
    if (name.text() != nullptr) options.variables.emplace_back(*name.text(), type_of(value));
  }
  return options;
}

std::string cost_line(const CostEstimate& cost) {
  std::string out = std::to_string(cost.min);
  if (!cost.max) return out + " or more";
  return *cost.max == cost.min ? out : out + " to " + std::to_string(*cost.max);
}

void print_lines(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::cout << line << "\n";
}

void append(const ExpressionNode& node, std::size_t depth, std::string* out) {
  out->append(depth * 2, ' ').append(node.text).append("  [").append(node.kind);
  if (!node.name.empty() && node.name != node.text) out->append(" ").append(node.name);
  out->append(", ").append(node.type).append(", cost ").append(cost_line(node.cost)).append("]\n");
  for (const ExpressionNode& part : node.parts) append(part, depth + 1, out);
}

std::string shown(const ExpressionTrace& part, const Snapshot& snapshot) {
  if (!part.message.empty()) return "(" + part.message + ")";
  return to_json(part.value, &snapshot);
}

void append(const ExpressionTrace& part, const Snapshot& snapshot, std::size_t depth,
            std::string* out) {
  out->append(depth * 2, ' ').append(part.text);
  if (part.times == 0) {
    out->append("  (not needed)");
  } else if (!part.error.empty()) {
    out->append("  ! ").append(part.error).append(": ").append(part.message);
  } else if (part.kind != "literal") {
    out->append("  = ").append(shown(part, snapshot));
  }
  if (part.times > 1) out->append("  (the last of " + std::to_string(part.times) + ")");
  out->push_back('\n');
  if (part.times == 0) return;  // nor was what is below it
  for (const ExpressionTrace& inner : part.parts) append(inner, snapshot, depth + 1, out);
}

Status print_explained(const Expression& expression, const Snapshot* snapshot) {
  std::string tree;
  append(expression.explain(), 0, &tree);
  std::cout << tree << "type: " << expression.type() << "\ncost: " << cost_line(expression.cost())
            << "\n";
  const std::vector<std::string> fields = expression.fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::cout << (i == 0 ? "reads: " : ", ") << fields[i] << (i + 1 == fields.size() ? "\n" : "");
  }
  if (snapshot == nullptr || expression.type() != "bool") return {};
  Result<std::vector<std::string>> plan = expression.plan(*snapshot);
  if (!plan.ok()) return plan.status();
  for (const std::string& line : *plan) std::cout << "plan: " << line << "\n";
  return {};
}

Status print_completions(const Result<std::vector<Completion>>& words) {
  if (!words.ok()) return words.status();
  List list;
  for (const Completion& word : *words) {
    list.push_back(Value(Map{{"text", word.text},
                             {"kind", word.kind},
                             {"type", word.type},
                             {"detail", word.detail},
                             {"replace_from", std::int64_t{word.replace_from}}}));
  }
  std::cout << to_json(Value(std::move(list))) << "\n";
  return {};
}

Status print(const CelTools& tools, const Expression& expression, const Snapshot* snapshot) {
  if (tools.english) {
    std::cout << expression.english() << "\n";
  } else if (tools.fields) {
    print_lines(expression.fields());
  } else {
    return print_explained(expression, snapshot);
  }
  return {};
}

Status show_alone(const CelTools& tools, const CelSubject& subject) {
  if (tools.complete) {
    return print_completions(complete_expression(subject.expression, *tools.complete));
  }
  Result<Expression> expression = Expression::compile(subject.expression, options_of(subject));
  if (!expression.ok()) return expression.status();
  return print(tools, *expression, nullptr);
}

Status show_on_record(const Environment& env, const CelTools& tools, const CelSubject& subject) {
  Result<Crm> crm = open(env, true);
  if (!crm.ok()) return crm.status();
  Result<Snapshot> snapshot = read(env, *crm);
  if (!snapshot.ok()) return snapshot.status();
  Result<RecordId> id = snapshot->parse_id(subject.record);
  if (!id.ok()) return id.status();
  // "deal" of "deal:42".
  const std::string text = snapshot->format_id(*id);
  const std::string entity = text.substr(0, text.find(':'));
  if (tools.complete) {
    return print_completions(
        complete_expression(crm->db, entity, subject.expression, *tools.complete));
  }
  Result<Expression> expression = Expression::compile(crm->db, entity, subject.expression);
  if (!expression.ok()) return expression.status();
  if (!tools.trace) return print(tools, *expression, &*snapshot);
  Result<ExpressionTrace> trace = trace_expression(*snapshot, *id, subject.expression);
  if (!trace.ok()) return trace.status();
  std::string told;
  append(*trace, *snapshot, 0, &told);
  std::cout << told;
  return {};
}

Status show_on_type(const Environment& env, const CelTools& tools, const CelSubject& subject) {
  Result<Crm> crm = open(env, true);
  if (!crm.ok()) return crm.status();
  if (tools.complete) {
    return print_completions(
        complete_expression(crm->db, subject.entity, subject.expression, *tools.complete));
  }
  Result<Expression> expression = Expression::compile(crm->db, subject.entity, subject.expression);
  if (!expression.ok()) return expression.status();
  Result<Snapshot> snapshot = read(env, *crm);
  if (!snapshot.ok()) return snapshot.status();
  return print(tools, *expression, &*snapshot);
}

}  // namespace

void add_cel_tools(CLI::App* command, CelTools* tools, CLI::Option* on) {
  CLI::Option* wishes[] = {
      command->add_flag("--explain", tools->explain,
                        "Its tree with types and costs, what it reads, and the plan of a query"),
      command->add_flag("--format", tools->format, "Write it in the house form"),
      command->add_flag("--fields", tools->fields, "The fields it reads, one a line"),
      command->add_flag("--english", tools->english, "Say it as a sentence"),
      command->add_flag("--trace", tools->trace, "What every part comes to on the record"),
      command->add_option("--complete", tools->complete,
                          "What may stand at this byte of the expression, as JSON")};
  wishes[4]->needs(on);
  wishes[5]->type_name("OFFSET");
  for (CLI::Option* one : wishes) {
    for (CLI::Option* other : wishes) {
      if (one != other) one->excludes(other);
    }
  }
}

Status show(const Environment& env, const CelTools& tools, const CelSubject& subject) {
  if (tools.format) {
    ExpressionOptions any;
    any.check = false;  // whatever the names mean
    Result<Expression> expression = Expression::compile(subject.expression, any);
    if (!expression.ok()) return expression.status();
    std::cout << expression->format() << "\n";
    return {};
  }
  if (!subject.record.empty()) return show_on_record(env, tools, subject);
  return subject.entity.empty() ? show_alone(tools, subject) : show_on_type(env, tools, subject);
}

}  // namespace kith::cli
