#include "query/vega_lite.h"

#include "json/writer.h"
#include "query/answer.h"
#include "query/picture.h"
#include "query/rows.h"

namespace pinpipe::query {
namespace {

using Json = json::Writer<std::string>;

// Pixels.
constexpr size_t kBarStep = 16;
constexpr size_t kMomentStep = 40;
constexpr size_t kBarsWidth = 320;
constexpr size_t kNameWidth = 300;   // longer ones are cut
constexpr size_t kManyMoments = 24;  // are as near to each other as Vega-Lite has them

/// An answer, how it is drawn, and the fields of its data that name a bar or a line and a moment.
struct Drawing {
  const Answer& answer;
  Picture picture;
  std::string name;    ///< "" where nothing is named
  std::string moment;  ///< "" where there is no time
  size_t moments = 0;

  const std::string& column(size_t at) const { return answer.columns[at].name; }
  bool is_lines() const { return picture.kind == Picture::Kind::lines; }
};

Drawing drawing_of(const Answer& answer) {
  Drawing drawing{answer, picture_of(answer), "", ""};
  drawing.moments = count_moments(answer, drawing.picture);
  const auto field_of = [&](const std::vector<size_t>& columns, const char* together) {
    if (columns.empty()) return std::string();
    return columns.size() == 1 ? drawing.column(columns[0]) : together;
  };
  drawing.name = field_of(drawing.picture.names, "name");
  drawing.moment = field_of(drawing.picture.time, "moment");
  return drawing;
}

std::string name_of(const Drawing& drawing, const Row& row) {
  std::string name;
  for (const size_t i : drawing.picture.names) {
    name += (name.empty() ? "" : " · ") + shown_text(row[i]);
  }
  return name;
}

void write_data(const Drawing& drawing, Json& to) {
  to.key("data");
  to.begin_object();
  to.key("values");
  to.begin_array();
  for (const Row& row : drawing.answer.rows) {
    to.begin_object();
    for (size_t i = 0; i < row.size(); ++i) {
      to.key(drawing.column(i));
      to.value_by([&](std::string& text) { append_json_value(row[i], text); });
    }
    if (drawing.picture.names.size() > 1) to.member("name", name_of(drawing, row));
    if (drawing.picture.time.size() > 1) to.member("moment", moment_text(drawing.picture, row));
    to.end_object();
  }
  to.end_array();
  to.end_object();
}

/// "CHANNEL":{"field":FIELD,"type":TYPE,…}, left open.
void begin_channel(std::string_view channel, std::string_view field, std::string_view type,
                   Json& to) {
  to.key(channel);
  to.begin_object();
  to.member("field", field);
  to.member("type", type);
}

void write_quantity(std::string_view channel, const std::string& field, Json& to) {
  begin_channel(channel, field, "quantitative", to);
  to.end_object();
}

/// The names of bars, in the order of the rows.
void write_names(const Drawing& drawing, Json& to) {
  if (drawing.name.empty()) return;
  begin_channel("y", drawing.name, "nominal", to);
  to.key("sort");
  to.null();
  to.key("title");
  to.null();
  to.key("axis");
  to.begin_object();
  to.member("labelLimit", kNameWidth);
  to.end_object();
  to.end_object();
}

/// "MEMBER":{"step":PIXELS}
void write_step(std::string_view member, size_t pixels, Json& to) {
  to.key(member);
  to.begin_object();
  to.member("step", pixels);
  to.end_object();
}

void write_bars(const Drawing& drawing, size_t measure, Json& to) {
  to.member("width", kBarsWidth);
  write_step("height", kBarStep, to);
  to.member("mark", "bar");
  to.key("encoding");
  to.begin_object();
  write_names(drawing, to);
  write_quantity("x", drawing.column(measure), to);
  if (drawing.picture.keys > 1) {
    begin_channel("color", drawing.column(drawing.picture.names[0]), "nominal", to);
    to.end_object();
  }
  write_quantity("tooltip", drawing.column(measure), to);
  to.end_object();
}

/// A moment that a group has no row for is null, so that no line goes over it.
void write_imputation(const Drawing& drawing, size_t measure, Json& to) {
  to.key("transform");
  to.begin_array();
  to.begin_object();
  to.member("impute", drawing.column(measure));
  to.member("key", drawing.moment);
  to.key("groupby");
  to.begin_array();
  to.value(drawing.name);
  to.end_array();
  to.key("value");
  to.null();
  to.end_object();
  to.end_array();
}

void write_lines(const Drawing& drawing, size_t measure, Json& to) {
  if (!drawing.name.empty()) write_imputation(drawing, measure, to);
  const bool is_instant = drawing.moment == "window_start";
  if (!is_instant && drawing.moments <= kManyMoments) write_step("width", kMomentStep, to);
  to.key("mark");
  to.begin_object();
  to.member("type", "line");
  to.member("point", true);
  to.end_object();
  to.key("encoding");
  to.begin_object();
  begin_channel("x", drawing.moment, is_instant ? "temporal" : "ordinal", to);
  to.end_object();
  write_quantity("y", drawing.column(measure), to);
  if (!drawing.name.empty()) {
    begin_channel("color", drawing.name, "nominal", to);
    to.key("scale");
    to.begin_object();
    to.member("scheme", "tableau20");
    to.end_object();
    to.end_object();
  }
  to.end_object();
}

/// What is not measured is told as it is.
void write_texts(const Drawing& drawing, Json& to) {
  to.member("mark", "text");
  to.key("encoding");
  to.begin_object();
  begin_channel("y", drawing.name, "nominal", to);
  to.key("axis");
  to.null();
  to.end_object();
  begin_channel("text", drawing.name, "nominal", to);
  to.end_object();
  to.end_object();
}

void write_measure(const Drawing& drawing, size_t measure, Json& to) {
  drawing.is_lines() ? write_lines(drawing, measure, to) : write_bars(drawing, measure, to);
}

void write_title(const Drawing& drawing, Json& to) {
  to.key("title");
  to.begin_object();
  to.member("text", drawing.answer.name);
  if (!drawing.picture.window.empty()) to.member("subtitle", drawing.picture.window);
  to.end_object();
}

/// The members of a view; of several measures, one beside the other.
void write_view(const Answer& answer, Json& to) {
  const Drawing drawing = drawing_of(answer);
  write_title(drawing, to);
  write_data(drawing, to);
  const auto& measures = drawing.picture.measures;
  if (measures.empty()) {
    write_texts(drawing, to);
  } else if (measures.size() == 1) {
    write_measure(drawing, measures[0], to);
  } else {
    to.key("hconcat");
    to.begin_array();
    for (const size_t measure : measures) {
      to.begin_object();
      write_measure(drawing, measure, to);
      to.end_object();
    }
    to.end_array();
  }
}

/// Colours of one question mean nothing in another.
void write_views(std::span<const Answer> answers, Json& to) {
  to.key("vconcat");
  to.begin_array();
  for (const Answer& answer : answers) {
    to.begin_object();
    write_view(answer, to);
    to.end_object();
  }
  to.end_array();
  to.key("resolve");
  to.begin_object();
  to.key("scale");
  to.begin_object();
  to.member("color", "independent");
  to.end_object();
  to.end_object();
}

}  // namespace

void append_vega_lite(std::span<const Answer> answers, std::string& to) {
  Json writer(to);
  writer.begin_object();
  writer.member("$schema", "https://vega.github.io/schema/vega-lite/v5.json");
  if (answers.size() == 1) {
    write_view(answers[0], writer);
  } else {
    write_views(answers, writer);
  }
  writer.end_object();
  to += '\n';
}

}  // namespace pinpipe::query
