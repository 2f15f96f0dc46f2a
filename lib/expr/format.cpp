#include "expr/format.hpp"

#include <algorithm>
#include <limits>

#include "base/try.hpp"
#include "expr/format_parts.hpp"
#include "expr/lexer.hpp"
#include "expr/utf8.hpp"

namespace kith::expr {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kMostIndent = 40;

Precedence tighter(Precedence precedence) {
  return static_cast<Precedence>(static_cast<int>(precedence) + 1);
}

bool begins_with_digit(std::string_view text) {
  return !text.empty() && (text[0] == '.' ? text.size() > 1 && text[1] <= '9' && text[1] >= '0'
                                          : text[0] >= '0' && text[0] <= '9');
}

// Everything on one line.
class Flat {
 public:
  std::string text(const Node& node, Precedence least) {
    out_.clear();
    append(node, least);
    return std::move(out_);
  }

 private:
  void append(const Node& node, Precedence least) {
    const bool brackets = precedence_of(node) < least;
    if (brackets) out_.push_back('(');
    inner(node);
    if (brackets) out_.push_back(')');
  }

  void inner(const Node& node) {
    Bracketed shape;
    if (bracketed(node, &shape)) return brackets(shape);
    switch (node.kind) {
      case NodeKind::kAnd: return joined(node, " && ", Precedence::kAnd);
      case NodeKind::kOr: return joined(node, " || ", Precedence::kOr);
      case NodeKind::kConditional:
        append(*node.args[0], Precedence::kOr);
        out_ += " ? ";
        append(*node.args[1], Precedence::kOr);
        out_ += " : ";
        append(*node.args[2], Precedence::kConditional);
        return;
      case NodeKind::kSelect:
        out_ += question_about(node);
        append(*node.args[0], Precedence::kPostfix);
        out_ += "." + (node.quoted ? "`" + node.text + "`" : node.text) + ")";
        return;
      case NodeKind::kCall: return operation(node);
      default: out_ += leaf_text(node);
    }
  }

  void joined(const Node& node, std::string_view sign, Precedence precedence) {
    for (std::size_t i = 0; i < node.args.size(); ++i) {
      if (i > 0) out_.append(sign);
      append(*node.args[i], tighter(precedence));
    }
  }

  void operation(const Node& node) {
    const OperatorForm& form = *operator_form(node.text, node.args.size());
    if (form.operands == 2) {
      append(*node.args[0], form.precedence);
      out_.append(" ").append(form.symbol).append(" ");
      append(*node.args[1], tighter(form.precedence));
      return;
    }
    out_.append(form.symbol);
    const std::size_t start = out_.size();
    append(*node.args[0], Precedence::kUnary);
    // The sign before digits would belong to the number.
    if (form.symbol == "-" && begins_with_digit(std::string_view(out_).substr(start))) {
      out_.insert(start, "(").push_back(')');
    }
  }

  void brackets(const Bracketed& shape) {
    if (shape.receiver != nullptr) append(*shape.receiver, Precedence::kPostfix);
    out_ += shape.open;
    bool first = true;
    for (const std::string& word : shape.words) {
      if (!first) out_ += ", ";
      first = false;
      out_ += word;
    }
    for (std::size_t i = 0; i < shape.parts.size(); ++i) {
      if (!first) out_ += shape.pairs && i % 2 == 1 ? ": " : ", ";
      first = false;
      out_ += shape.keys[i];
      append(*shape.parts[i], Precedence::kConditional);
    }
    if (shape.close != '\0') out_.push_back(shape.close);
  }

  std::string out_;
};

struct Comment {
  std::uint32_t offset = 0;
  std::string text;
};

std::vector<Comment> comments_of(const Source& source) {
  std::vector<Comment> out;
  Lexer lexer(source);
  Token token;
  std::size_t at = 0;
  do {
    if (!lexer.next(&token).ok()) return out;
    // Between two tokens there are only blanks and comments.
    while (at < token.offset) {
      const std::size_t start = source.text().substr(0, token.offset).find("//", at);
      if (start == std::string_view::npos) break;
      const std::size_t end = std::min(source.text().find('\n', start), source.text().size());
      std::string_view text = source.text().substr(start, end - start);
      while (text.back() == ' ' || text.back() == '\r' || text.back() == '\t') {
        text.remove_suffix(1);
      }
      out.push_back({static_cast<std::uint32_t>(start), std::string(text)});
      at = end;
    }
    at = token.end;
  } while (token.kind != TokenKind::kEnd);
  return out;
}

bool contains_message(const Node& node) {
  return node.kind == NodeKind::kMessage ||
         std::any_of(node.args.begin(), node.args.end(),
                     [](const Node* arg) { return contains_message(*arg); });
}

class Layout {
 public:
  Layout(const Ast& ast, std::uint32_t width) : ast_(ast), width_(width) {}

  std::string run() {
    comments_ = comments_of(ast_.source());
    if (!comments_.empty()) {
      start_.resize(ast_.size());
      find_starts(ast_.root());
      place_comments();
    }
    comments_before(ast_.root(), 0);
    print(ast_.root(), Precedence::kConditional, 0, 0);
    for (const Comment& comment : after_) out_ += "\n" + comment.text;
    return std::move(out_);
  }

 private:
  // The parts that begin lines of their own when the node is broken.
  static std::vector<const Node*> items(const Node& node) {
    Bracketed shape;
    if (bracketed(node, &shape)) return shape.parts;
    const bool chain = node.kind == NodeKind::kAnd || node.kind == NodeKind::kOr ||
                       node.kind == NodeKind::kConditional;
    return chain ? std::vector<const Node*>(node.args.begin(), node.args.end())
                 : std::vector<const Node*>();
  }

  std::uint32_t find_starts(const Node& node) {
    std::uint32_t start = node.offset;
    for (const Node* arg : node.args) start = std::min(start, find_starts(*arg));
    return start_[node.id] = start;
  }

  // Each comment goes to the item that begins next; of several that begin there, to the outermost.
  void place_comments() {
    before_.resize(ast_.size());
    std::vector<const Node*> all = {&ast_.root()};
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::vector<const Node*> own = items(*all[i]);
      all.insert(all.end(), all[i]->args.begin(), all[i]->args.end());
      for (const Node* item : own) items_.push_back(item);
    }
    items_.insert(items_.begin(), &ast_.root());
    const auto earlier = [this](const Node* a, const Node* b) {
      return start_[a->id] < start_[b->id];
    };
    std::stable_sort(items_.begin(), items_.end(), earlier);  // an outer one comes before its parts
    for (Comment& comment : comments_) {
      const auto next = std::upper_bound(
          items_.begin(), items_.end(), comment.offset,
          [this](std::uint32_t offset, const Node* item) { return offset < start_[item->id]; });
      auto& list = next == items_.end() ? after_ : before_[(*next)->id];
      list.push_back(std::move(comment));
    }
  }
  bool must_break(const Node& node) const {
    if (before_.empty()) return false;
    return std::any_of(node.args.begin(), node.args.end(), [&](const Node* arg) {
      return !before_[arg->id].empty() || must_break(*arg);
    });
  }
  void comments_before(const Node& node, std::size_t indent) {
    if (before_.empty()) return;
    for (const Comment& comment : before_[node.id]) {
      out_ += comment.text;
      new_line(indent);
    }
  }

  void new_line(std::size_t indent) {
    out_.push_back('\n');
    out_.append(std::min(indent, kMostIndent), ' ');
  }
  std::size_t column() const {
    const std::size_t line = out_.rfind('\n') + 1;  // npos + 1 is 0
    return utf8::length(std::string_view(out_).substr(line));
  }
  bool fits(std::string_view text, std::size_t tail) const {
    return column() + utf8::length(text) + tail <= width_;
  }

  // `tail`: columns that must follow on the last line.
  void print(const Node& node, Precedence least, std::size_t indent, std::size_t tail) {
    if (!must_break(node)) {
      const std::string text = Flat().text(node, least);
      if (fits(text, tail) || node.args.empty()) {
        out_ += text;
        return;
      }
    }
    if (precedence_of(node) >= least) return broken(node, indent, tail);
    out_.push_back('(');
    new_line(indent + kIndent);
    broken(node, indent + kIndent, 0);
    new_line(indent);
    out_.push_back(')');
  }

  void broken(const Node& node, std::size_t indent, std::size_t tail) {
    Bracketed shape;
    if (bracketed(node, &shape)) return brackets(shape, indent, tail);
    switch (node.kind) {
      case NodeKind::kAnd: return chain(node, "&& ", Precedence::kAnd, indent, tail);
      case NodeKind::kOr: return chain(node, "|| ", Precedence::kOr, indent, tail);
      case NodeKind::kConditional: return conditional(node, indent, tail);
      case NodeKind::kSelect:
        out_ += question_about(node);
        print(*node.args[0], Precedence::kPostfix, indent, node.text.size() + 2);
        out_ += "." + (node.quoted ? "`" + node.text + "`" : node.text) + ")";
        return;
      default: return operation(node, indent, tail);
    }
  }

  void chain(const Node& node, std::string_view sign, Precedence precedence, std::size_t indent,
             std::size_t tail) {
    for (std::size_t i = 0; i < node.args.size(); ++i) {
      if (i > 0) new_line(indent);
      comments_before(*node.args[i], indent);
      if (i > 0) out_.append(sign);
      const bool last = i + 1 == node.args.size();
      print(*node.args[i], tighter(precedence), indent, last ? tail : 0);
    }
  }

  void conditional(const Node& node, std::size_t indent, std::size_t tail) {
    comments_before(*node.args[0], indent);
    print(*node.args[0], Precedence::kOr, indent, 0);
    new_line(indent);
    comments_before(*node.args[1], indent);
    out_ += "? ";
    print(*node.args[1], Precedence::kOr, indent, 0);
    new_line(indent);
    comments_before(*node.args[2], indent);
    out_ += ": ";
    print(*node.args[2], Precedence::kConditional, indent, tail);
  }

  void operation(const Node& node, std::size_t indent, std::size_t tail) {
    const OperatorForm& form = *operator_form(node.text, node.args.size());
    if (form.operands == 1) {
      out_.append(form.symbol);
      const std::string text = Flat().text(*node.args[0], Precedence::kUnary);
      const bool digits = form.symbol == "-" && begins_with_digit(text);
      if (digits) out_.push_back('(');
      print(*node.args[0], Precedence::kUnary, indent, tail);
      if (digits) out_.push_back(')');
      return;
    }
    print(*node.args[0], form.precedence, indent, 0);
    const Node& right = *node.args[1];
    const std::string text = Flat().text(right, tighter(form.precedence));
    Bracketed shape;
    const bool opens = bracketed(right, &shape) && shape.receiver == nullptr;
    if (!opens && !fits(text, tail + form.symbol.size() + 2)) {
      new_line(indent + kIndent);
      out_.append(form.symbol).append(" ");
    } else {
      out_.append(" ").append(form.symbol).append(" ");
    }
    print(right, tighter(form.precedence), indent + (opens ? 0 : kIndent), tail);
  }

  void brackets(const Bracketed& shape, std::size_t indent, std::size_t tail) {
    if (shape.receiver != nullptr) {
      print(*shape.receiver, Precedence::kPostfix, indent, utf8::length(shape.open));
    }
    out_ += shape.open;
    if (shape.close == '\0') return;
    if (short_arguments(shape, tail)) return;
    bool first = true;
    for (const std::string& word : shape.words) {
      if (!first) out_ += " ";
      first = false;
      out_ += word + ",";
    }
    if (shape.close == ']' && shape.receiver != nullptr) {
      out_ += shape.keys[0];  // an index stays where it is
      print(*shape.parts[0], Precedence::kConditional, indent, tail + 1);
      out_.push_back(']');
      return;
    }
    const std::size_t inside = indent + kIndent;
    for (std::size_t i = 0; i < shape.parts.size(); ++i) {
      const bool value = shape.pairs && i % 2 == 1;
      if (value) {
        out_ += ": ";
      } else {
        new_line(inside);
      }
      const bool last = i + 1 == shape.parts.size();
      comments_before(*shape.parts[i], inside);
      out_ += shape.keys[i];
      print(*shape.parts[i], Precedence::kConditional, inside, last ? 0 : 1);
      if (!last && !(shape.pairs && !value)) out_.push_back(',');
    }
    new_line(indent);
    out_.push_back(shape.close);
  }

  // Arguments on the line of what they belong to, when they fit there.
  bool short_arguments(const Bracketed& shape, std::size_t tail) {
    for (const Node* part : shape.parts) {
      if (!before_.empty() && (!before_[part->id].empty() || must_break(*part))) return false;
    }
    std::string text;
    for (const std::string& word : shape.words) text += (text.empty() ? "" : ", ") + word;
    for (std::size_t i = 0; i < shape.parts.size(); ++i) {
      if (!text.empty()) text += shape.pairs && i % 2 == 1 ? ": " : ", ";
      text += shape.keys[i] + Flat().text(*shape.parts[i], Precedence::kConditional);
    }
    text.push_back(shape.close);
    if (!shape.parts.empty() && !fits(text, tail)) return false;
    out_ += text;
    return true;
  }

  const Ast& ast_;
  const std::uint32_t width_;
  std::vector<Comment> comments_;
  std::vector<Comment> after_;
  std::vector<std::vector<Comment>> before_;  // by node id; empty without comments
  std::vector<std::uint32_t> start_;
  std::vector<const Node*> items_;
  std::string out_;
};

std::string trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos) return std::string();
  return std::string(text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1));
}

}  // namespace

std::string format(const Ast& ast, std::uint32_t width) {
  // The fields of a message are not kept in the tree, since no message is ever built.
  if (contains_message(ast.root())) return trimmed(ast.source().text());
  return Layout(ast, width).run();
}

std::string format_node(const Ast& ast, const Node& node) {
  if (contains_message(node)) return trimmed(ast.source().text());
  return Flat().text(node, Precedence::kConditional);
}

Result<std::string> format(std::string_view source, std::uint32_t width,
                           const ParseLimits& limits) {
  KITH_ASSIGN(const Ast ast, parse(source, limits));
  return format(ast, width);
}

}  // namespace kith::expr
