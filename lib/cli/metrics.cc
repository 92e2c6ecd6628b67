#include "cli/metrics.h"

#include "base/prometheus_text.h"
#include "json/object.h"

namespace pinpipe::cli {
namespace {

/// Calls `visit(path, number)` with the numbers of `object`, however deep.
template <class Visit>
void each_number(std::string_view object, const std::string& path, Visit visit) {
  json::Object members;
  if (!members.read(object)) return;
  members.each([&](const std::string& key, const json::Member& member) {
    const std::string name = path.empty() ? key : path + "." + key;
    if (member.kind == json::Kind::number) visit(name, member.value);
    if (member.kind == json::Kind::object) each_number(member.value, name, visit);
  });
}

}  // namespace

std::string metrics_of(std::string_view tool, std::string_view stats) {
  std::string text;
  std::string last;
  each_number(stats, "", [&](std::string_view path, std::string_view number) {
    const std::string_view figure = path.substr(0, path.find('.'));
    const std::string metric = "pinpipe_" + metric_name_part(tool) + '_' + metric_name_part(figure);
    if (metric != last) {
      append_gauge_head(metric, std::string(figure) + " of " + std::string(tool), text);
    }
    last = metric;
    text += metric;
    if (figure.size() < path.size()) {
      text += '{';
      append_label("name", path.substr(figure.size() + 1), text);
      text += '}';
    }
    (text += ' ') += number;
    text += '\n';
  });
  return text;
}

}  // namespace pinpipe::cli
