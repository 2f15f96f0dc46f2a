#include "exchange/reject_log.hpp"

#include <algorithm>

namespace kith::exchange {

namespace {

// "a; b", each once.
std::string joined(const std::vector<ImportReject>& why, std::string ImportReject::*part) {
  std::string out;
  std::vector<std::string_view> seen;
  for (const ImportReject& reject : why) {
    const std::string& text = reject.*part;
    bool again = text.empty();
    for (const std::string_view s : seen) again = again || s == text;
    if (again) continue;
    seen.push_back(text);
    out += (out.empty() ? "" : "; ") + text;
  }
  return out;
}

}  // namespace

RejectLog::RejectLog(std::vector<std::string> columns, char delimiter, ByteSink* sink,
                     std::size_t max_kept, ImportReport* report)
    : columns_(std::move(columns)), sink_(sink), max_kept_(max_kept), report_(report) {
  csv_.delimiter = delimiter;
}

void RejectLog::add(std::uint64_t row, std::uint64_t line, std::vector<std::string> cells,
                    std::vector<ImportReject> why) {
  ++report_->rejected;
  entries_.push_back({row, line, std::move(cells), std::move(why), true});
}

void RejectLog::note(std::uint64_t row, std::uint64_t line, ImportReject what) {
  entries_.push_back({row, line, {}, {std::move(what)}, false});
}

void RejectLog::append(const Entry& entry, std::string* text) {
  std::vector<std::string> record;
  if (!header_written_) {
    record = {"reject_row", "reject_line", "reject_column", "reject_code", "reject_reason"};
    // A mended rejects file that is imported again brings such columns of its own.
    for (const std::string& column : columns_) {
      if (!column.starts_with("reject_")) record.push_back(column);
    }
    append_csv_row(record, csv_, text);
    header_written_ = true;
  }
  record = {std::to_string(entry.row), std::to_string(entry.line),
            joined(entry.why, &ImportReject::column), joined(entry.why, &ImportReject::code),
            joined(entry.why, &ImportReject::reason)};
  for (std::size_t i = 0; i < entry.cells.size(); ++i) {
    if (i < columns_.size() && columns_[i].starts_with("reject_")) continue;
    record.push_back(entry.cells[i]);
  }
  append_csv_row(record, csv_, text);
}

Status RejectLog::flush() {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.row < b.row; });
  std::string text;
  for (Entry& entry : entries_) {
    if (sink_ != nullptr && entry.rejected) append(entry, &text);
    for (ImportReject& reject : entry.why) {
      if (report_->rejects.size() >= max_kept_) break;
      reject.row = entry.row;
      reject.line = entry.line;
      report_->rejects.push_back(std::move(reject));
    }
  }
  entries_.clear();
  if (sink_ == nullptr || text.empty()) return {};
  return sink_->write(text).with_context("the rejects file");
}

}  // namespace kith::exchange
