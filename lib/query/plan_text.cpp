#include "query/plan_text.hpp"

#include "base/try.hpp"
#include "query/candidates.hpp"
#include "query/planner.hpp"

namespace kith::query {

Result<std::vector<std::string>> plan_text(const expr::Program& condition,
                                           const expr::Activation& activation,
                                           const Context& context) {
  const schema::EntityType& type = *condition.environment().entity();
  FieldSet fields;
  Filter filter(type);
  filter.add(condition, activation, &fields);
  if (filter.never()) return std::vector<std::string>{"nothing can match"};
  PlanRequest request;
  request.type = &type;
  request.terms = &filter.terms();
  const Plan plan = make_plan(request);
  VectorRequest vectors;
  vectors.type = &type;
  vectors.layout = context.layouts(type.id);
  vectors.fields = fields.ids();
  vectors.blobs = context.blobs;
  KITH_ASSIGN(const Input input, open_input(context, plan, std::move(vectors), RecordId()));
  std::vector<std::string> lines = {input.text};
  for (const Access& access : plan.narrowing) {
    if (access.text != input.text) lines.push_back("or " + access.text);
  }
  return lines;
}

}  // namespace kith::query
