// The questions. A question is one entry of the table in questions.cc.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/answer.h"
#include "query/extracted_batch.h"
#include "query/groups.h"
#include "query/post_table.h"

namespace pinpipe::query {

/// What sql.cc makes a statement of. {} fields are those of sql.cc; [name] is a quoted identifier.
struct QuestionSql {
  enum class Shape : uint8_t {
    top_category,     ///< of `rows`, which have `groups` and category
    median,           ///< of `rows`, which have `groups` and follower_count
    whole_statement,  ///< `rows` is the end of the statement as it is
  };

  Shape shape;
  std::string_view groups;  ///< the group columns
  std::string_view keep;    ///< which rows are in a group
  std::string_view rows;
};

struct Question {
  std::string_view name;
  std::string_view description;  ///< one line
  std::span<const Column> columns;
  unsigned reads;                  ///< datasets joined on ind: of kHasPin, kHasGeo, kHasUser
  Fields fields;                   ///< that it is answered from
  std::optional<YearRange> years;  ///< the years asked about, where it asks by year
  Result<std::vector<Row>> (*rows)(const PostTable& table, const YearRange& years);
  QuestionSql sql;

  /// `years` goes in place of its own, where it has some. Errors: the table's ceiling of memory.
  Result<Answer> ask(const PostTable& table, const std::optional<YearRange>& years_asked) const;
};

std::span<const Question> questions();

/// nullptr where there is none.
const Question* find_question(std::string_view name);

/// What there is to ask, as an answer: question, columns, years, description.
struct Listing {
  std::vector<std::string> texts;  ///< what the answer's views point into
  Answer answer;
};
Listing list_questions();

/// The same for people: question, answers (its description and range of years), columns.
Listing describe_questions();

}  // namespace pinpipe::query
