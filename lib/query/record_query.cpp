#include "query/record_query.hpp"

#include <algorithm>

#include "base/try.hpp"
#include "query/candidates.hpp"
#include "query/compile.hpp"
#include "query/filter.hpp"
#include "query/index_key.hpp"
#include "query/ordering.hpp"
#include "query/prefetch.hpp"
#include "query/row_source.hpp"

namespace kith::query {
namespace {

struct OrderTerm {
  expr::Program program;
  bool descending;
};

// A record that matched, and where it stands in the order.
struct Entry {
  std::vector<Value> keys;
  RecordId id;
  record::View view;
};

class RecordQuery {
 public:
  RecordQuery(const Query& query, const Context& context, Compiler compiler)
      : query_(query),
        context_(context),
        compiler_(std::move(compiler)),
        params_(query.params),
        activation_(activation_for(context, params_)),
        filter_(compiler_.type()),
        prefetch_filter_(*context.catalog, context.layouts, compiler_.type()),
        prefetch_select_(*context.catalog, context.layouts, compiler_.type()) {
    activation_.set_formula_errors(&rows_.stats.errors);
  }

  Result<Rows> run() {
    KITH_TRY(prepare());
    const Plan plan = make_plan(plan_request());
    bool done = filter_.never();
    if (!done && plan.ordered && query_.limit > 0 && context_.use_indexes) {
      KITH_ASSIGN(done, read_ordered(*plan.ordered));
    }
    if (filter_.never()) rows_.stats.plan = "nothing can match";
    if (!done) KITH_TRY(read_all(plan));
    return finish();
  }

  Status prepare() {
    KITH_ASSIGN(hash_, query_hash(query_));
    if (!query_.continuation.empty()) {
      KITH_ASSIGN(Position position, read_token(query_.continuation, hash_));
      if (position.keys.size() != query_.order_by.size()) {
        return Status(Code::kInvalidArgument, "continuation does not fit the order of the query");
      }
      after_ = std::move(position);
    }
    KITH_TRY(prepare_conditions());
    KITH_TRY(prepare_order());
    return prepare_select();
  }

 private:
  Status prepare_conditions() {
    if (!query_.where.empty()) {
      KITH_ASSIGN(expr::Program where, compiler_.condition(query_.where, "where"));
      prefetch_filter_.add(where);
      filter_.add(std::move(where), activation_, &fields_);
    }
    if (context_.row_filter != nullptr) {
      prefetch_filter_.add(*context_.row_filter);
      filter_.add(*context_.row_filter, activation_, &fields_);
    }
    return {};
  }

  Status prepare_order() {
    order_fields_.emplace();
    for (const Order& term : query_.order_by) {
      KITH_ASSIGN(expr::Program program, compiler_.value(term.of, "order_by"));
      if (!is_orderable(program.type())) {
        return Status(Code::kExpressionType, "order_by: " + program.type().to_string() +
                                                 " values have no order: '" + term.of + "'");
      }
      const auto field = plain_field(program, compiler_.type());
      if (!field) {
        order_fields_.reset();
      } else if (order_fields_) {
        order_fields_->push_back({*field, term.descending});
      }
      prefetch_filter_.add(program);
      order_.push_back({std::move(program), term.descending});
    }
    if (order_.empty()) order_fields_.reset();
    return {};
  }

  Status add_column(const std::string& source, std::string name, std::string label) {
    KITH_ASSIGN(expr::Program program, compiler_.value(source, "select"));
    Column column;
    if (label.empty()) {
      const auto plain = plain_field(program, compiler_.type());
      const schema::Field* field = plain ? field_of(compiler_.type(), *plain) : nullptr;
      // A name that the query chose itself says more than the field's label.
      const bool own_name = field == nullptr || (name != source && name != field->name);
      label = own_name || field->label.empty() ? name : field->label;
    }
    column.name = std::move(name);
    column.label = std::move(label);
    column.type = column_type(program.type());
    rows_.columns.push_back(std::move(column));
    prefetch_select_.add(program);
    select_.push_back(std::move(program));
    return {};
  }

  Status prepare_select() {
    for (const Selection& s : query_.select) {
      KITH_TRY(add_column(s.of, s.name.empty() ? s.of : s.name, s.label));
    }
    if (!query_.select.empty()) return {};
    KITH_TRY(add_column("r.id", "id", {}));
    for (const schema::Field& field : compiler_.type().fields) {
      if (field.removed) continue;
      KITH_TRY(add_column("r." + field.name, field.name, field.label));
      if (field.type == schema::FieldType::kMoney) {
        KITH_TRY(add_column("r." + field.name + "_ccy", field.name + "_ccy", {}));
      }
    }
    return {};
  }

  PlanRequest plan_request() const {
    PlanRequest request;
    request.type = &compiler_.type();
    request.terms = &filter_.terms();
    request.order = order_fields_;
    request.include_deleted = query_.include_deleted;
    return request;
  }

  VectorRequest vector_request() const {
    VectorRequest request;
    request.type = &compiler_.type();
    request.layout = &compiler_.layout();
    request.fields = fields_.ids();
    request.include_deleted = query_.include_deleted;
    request.blobs = context_.blobs;
    return request;
  }

  // How many records decide the answer: one more than the page, to know whether there are more.
  std::uint64_t wanted() const {
    const std::uint64_t most = context_.limits.max_result_rows;
    return (query_.limit == 0 ? most : std::min(query_.limit, most)) + 1;
  }

  int compare(const std::vector<Value>& a, RecordId a_id, const std::vector<Value>& b,
              RecordId b_id) const {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const int c = compare_values(a[i], b[i]);
      if (c != 0) return order_[i].descending ? -c : c;
    }
    const int c = a_id < b_id ? -1 : (b_id < a_id ? 1 : 0);
    return !order_.empty() && order_.back().descending ? -c : c;
  }
  bool before(const Entry& a, const Entry& b) const {
    return compare(a.keys, a.id, b.keys, b.id) < 0;
  }

  // The matching rows of a batch, as entries behind the position of the last page.
  Status add_batch(const Batch& batch, bool heap) {
    rows_.stats.scanned += batch.visited;
    select_all(batch.size(), &selection_);
    KITH_TRY(prefetch_filter_.run(batch, selection_, context_.host));
    KITH_TRY(filter_.apply(batch, activation_, &selection_, &rows_.stats.errors));
    rows_.stats.matched += selection_.size();
    for (const std::uint32_t row : selection_) {
      batch.trim();
      Entry entry{{}, batch.ids[row], batch.views[row]};
      activation_.set_record(entry.id, &batch.views[row]);
      entry.keys.resize(order_.size());
      for (std::size_t i = 0; i < order_.size(); ++i) {
        KITH_TRY(
            evaluate_value(order_[i].program, activation_, &entry.keys[i], &rows_.stats.errors));
      }
      if (after_ && compare(entry.keys, entry.id, after_->keys, after_->id) <= 0) continue;
      if (heap) {
        push_heap(std::move(entry));
      } else {
        entries_.push_back(std::move(entry));
      }
    }
    return {};
  }

  // Keeps the first wanted() entries of the order, the last of them on top.
  void push_heap(Entry entry) {
    const auto less = [this](const Entry& a, const Entry& b) { return before(a, b); };
    if (entries_.size() >= wanted()) {
      if (!before(entry, entries_.front())) return;
      std::pop_heap(entries_.begin(), entries_.end(), less);
      entries_.pop_back();
    }
    entries_.push_back(std::move(entry));
    std::push_heap(entries_.begin(), entries_.end(), less);
  }

  // The index key of the last page's last record; empty when it cannot be told.
  std::string resume_key(const Access& access) const {
    if (!after_) return {};
    std::string key = access.fixed;
    for (std::size_t i = access.fixed_fields; i < access.index->fields.size(); ++i) {
      std::size_t term = 0;
      while ((*order_fields_)[term].id != access.index->fields[i]) ++term;
      if (after_->keys[term].is_null()) {
        append_null(&key);
        continue;
      }
      const schema::Field* field = field_of(compiler_.type(), access.index->fields[i]);
      const auto bound = key_bound(*field, after_->keys[term]);
      if (!bound || !bound->exact) return {};
      key += bound->bytes;
    }
    finish_ordered(after_->id, &key);
    if (is_truncated(key)) return {};
    return access.reverse ? key : key + '\0';
  }

  // True when the page is complete; false when the index turned out to be the wrong way.
  Result<bool> read_ordered(const Access& access) {
    KITH_ASSIGN(const std::uint64_t records, estimate_records(*context_.txn, compiler_.type()));
    const std::uint64_t budget = index_budget(records) + wanted();
    OrderedReader reader(*context_.txn, access, resume_key(access));
    std::vector<std::uint64_t> ids;
    std::size_t step = std::clamp<std::size_t>(wanted(), 16, kBatchRows);
    Batch batch;
    bool complete = false;
    for (std::uint64_t looked_at = 0; looked_at <= budget;) {
      KITH_TRY(reader.next(step, &ids));
      if (reader.disordered()) break;
      complete = ids.empty();
      if (complete) break;
      looked_at += ids.size();
      const auto cursor = open_ids(*context_.txn, vector_request(), std::move(ids));
      while (true) {
        KITH_ASSIGN(const bool more, cursor->next(&batch));
        if (!more) break;
        KITH_TRY(add_batch(batch, false));
      }
      complete = entries_.size() >= wanted();
      if (complete) break;
      step = std::min(step * 2, kBatchRows);
    }
    if (complete) {
      rows_.stats.plan = access.text;
      return true;
    }
    entries_.clear();
    rows_.stats = QueryStats();
    return false;
  }

  Status read_all(const Plan& plan) {
    VectorRequest request = vector_request();
    const RecordId after = after_ && order_.empty() ? after_->id : RecordId();
    if (query_.limit > 0 && order_.empty()) {
      request.batch_rows = std::clamp<std::size_t>(2 * wanted(), 32, kBatchRows);
    }
    KITH_ASSIGN(const Input input, open_input(context_, plan, request, after));
    rows_.stats.plan = input.text;
    Batch batch;
    while (order_.empty() ? entries_.size() < wanted() : true) {
      KITH_ASSIGN(const bool more, input.cursor->next(&batch));
      if (!more) break;
      KITH_TRY(add_batch(batch, !order_.empty()));
    }
    std::sort(entries_.begin(), entries_.end(),
              [this](const Entry& a, const Entry& b) { return before(a, b); });
    return {};
  }

  Result<Rows> finish() {
    const std::uint64_t most = context_.limits.max_result_rows;
    const bool limited = query_.limit > 0 && query_.limit <= most;
    if (!limited && entries_.size() > most) {
      return Status(Code::kLimit,
                    "the query has more than max_result_rows = " + std::to_string(most) +
                        " rows; narrow it, give it a limit, or raise the option");
    }
    if (limited && entries_.size() > query_.limit) {
      entries_.resize(query_.limit);
      const Entry& last = entries_.back();
      KITH_ASSIGN(rows_.continuation, make_token({hash_, last.keys, last.id, 0}));
    }
    for (std::size_t at = 0; at < entries_.size(); at += kBatchRows) {
      KITH_TRY(select_rows(at, std::min(entries_.size(), at + kBatchRows)));
    }
    return std::move(rows_);
  }

  Status select_rows(std::size_t begin, std::size_t end) {
    std::vector<const record::View*> views;
    for (std::size_t i = begin; i < end; ++i) views.push_back(&entries_[i].view);
    KITH_TRY(prefetch_select_.run(views, context_.host));
    for (std::size_t i = begin; i < end; ++i) {
      if (context_.blobs != nullptr) context_.blobs->trim();
      activation_.set_record(entries_[i].id, &entries_[i].view);
      std::vector<Value>& row = rows_.rows.emplace_back(select_.size());
      for (std::size_t c = 0; c < select_.size(); ++c) {
        KITH_TRY(evaluate_value(select_[c], activation_, &row[c], &rows_.stats.errors));
      }
    }
    return {};
  }

  const Query& query_;
  const Context& context_;
  Compiler compiler_;
  const Value params_;
  expr::Activation activation_;
  FieldSet fields_;
  Filter filter_;
  Prefetcher prefetch_filter_;
  Prefetcher prefetch_select_;
  std::vector<OrderTerm> order_;
  std::optional<std::vector<OrderField>> order_fields_;
  std::vector<expr::Program> select_;
  std::uint64_t hash_ = 0;
  std::optional<Position> after_;
  RowSelection selection_;
  std::vector<Entry> entries_;
  Rows rows_;
};

}  // namespace

Result<Rows> run_record_query(const Query& query, const Context& context) {
  KITH_ASSIGN(Compiler compiler, Compiler::of(query, context));
  return RecordQuery(query, context, std::move(compiler)).run();
}

Status check_record_query(const Query& query, const Context& context) {
  KITH_ASSIGN(Compiler compiler, Compiler::of(query, context));
  return RecordQuery(query, context, std::move(compiler)).prepare();
}

}  // namespace kith::query
