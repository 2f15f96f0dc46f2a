// Expressions and text templates: any source is compiled or refused with its place, and what was
// compiled ends within its limits, the same way every time. The first byte chooses between an
// expression that is checked, one that is not, and a template.
#include "expr/analysis.hpp"
#include "expr/text_template.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/sample_crm.hpp"

namespace {

using namespace kith;
using fuzz::check;

expr::Activation activation_of(RecordId id) {
  fuzz::SampleRecords& sample = fuzz::sample_records();
  expr::Activation activation;
  activation.set_record(id, *sample.load(id));
  activation.set_old(sample.bare(), *sample.load(sample.bare()));
  activation.set_now(fuzz::kNow);
  activation.set_host(&sample);
  activation.set_limits({.max_cost = 20'000, .max_memory = 256 << 10});
  return activation;
}

// NaN is not equal to itself, its text is.
bool same(const Value& a, const Value& b) { return a == b || a.to_string() == b.to_string(); }

void evaluate(const expr::Program& program, RecordId id) {
  const expr::Activation activation = activation_of(id);
  Value value;
  Value again;
  expr::Failure failure;
  expr::Failure second;
  const bool done = program.evaluate(activation, &value, &failure);
  check(done == program.evaluate(activation, &again, &second), "evaluation is repeatable");
  if (done) {
    check(same(value, again), "evaluation gives the same value", value.to_string());
  } else {
    check(failure.error != expr::ErrorClass::kNone && !failure.message.empty(),
          "a failure has a class and a message");
    check(failure.error == second.error && failure.message == second.message,
          "evaluation fails the same way", failure.message);
  }
  const expr::Truth truth = program.evaluate_bool(activation);
  const bool* boolean = done ? value.boolean() : nullptr;
  const bool agree = boolean != nullptr
                         ? truth == (*boolean ? expr::Truth::kTrue : expr::Truth::kFalse)
                         : truth == expr::Truth::kError;
  check(agree, "evaluate_bool() says what evaluate() says", value.to_string());
  // A condition that holds implies each of its terms; never is the opposite of that.
  for (const expr::Conjunct& term : expr::conjuncts(program, activation)) {
    check(term.kind != expr::TermKind::kNever || truth != expr::Truth::kTrue,
          "what can never hold does not hold");
  }
}

void expression(std::string_view source, bool checked) {
  expr::CompileOptions options;
  options.check = checked;
  const Result<expr::Program> program =
      expr::compile(source, fuzz::sample_records().environment(), options);
  if (!program.ok()) return fuzz::check_explained(program.status());
  check(program->source() == source, "a program keeps its source");
  evaluate(*program, fuzz::sample_records().full());
  evaluate(*program, fuzz::sample_records().bare());
}

void text_template(std::string_view text) {
  const Result<expr::TextTemplate> compiled =
      expr::TextTemplate::compile(text, fuzz::sample_records().environment());
  if (!compiled.ok()) return fuzz::check_explained(compiled.status());
  for (const RecordId id : {fuzz::sample_records().full(), fuzz::sample_records().bare()}) {
    const Result<std::string> rendered = compiled->render(activation_of(id));
    if (!rendered.ok()) {
      fuzz::check_explained(rendered.status());
    } else if (compiled->expressions().empty()) {
      check(rendered->size() <= text.size(), "a text without expressions does not grow");
    }
  }
}

}  // namespace

void kith::fuzz::run(std::string_view input) {
  Input in(input);
  switch (in.byte()) {
    case 'T': return text_template(in.rest());
    case 'D': return expression(in.rest(), false);
    default: return expression(in.rest(), true);
  }
}
