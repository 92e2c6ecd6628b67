#include "posts/mariadb/option_files.h"
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string_view>
#include <vector>

#include "base/ascii.h"

namespace pinpipe::posts {
namespace {

/// The values of all options that begin with ssl or tls, by name; "1" where there is none.
using TlsOptions = std::map<std::string, std::string>;

constexpr int kMaxIncludes = 16;  // one in another

bool is_one_of(std::string_view text, std::initializer_list<const char*> words) {
  return std::ranges::any_of(words,
                             [&](const char* word) { return equal_but_for_case(text, word); });
}

bool is_off(std::string_view value) {
  return is_one_of(value, {"", "0", "off", "false", "no", "disabled", "preferred"});
}

constexpr std::string_view kBlanks = " \t\r\n\v\f";

std::string_view unquoted(std::string_view value) {
  const bool quoted =
      value.size() > 1 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0];
  return quoted ? value.substr(1, value.size() - 2) : value;
}

bool drop_prefix(std::string& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.erase(0, prefix.size());
  return true;
}

void take_option(std::string_view line, TlsOptions& to) {
  const size_t equals = line.find('=');
  std::string name(trimmed(line.substr(0, equals), kBlanks));
  std::string value = "1";
  if (equals != line.npos) value = unquoted(trimmed(line.substr(equals + 1), kBlanks));
  std::replace(name.begin(), name.end(), '_', '-');
  drop_prefix(name, "loose-");
  if (drop_prefix(name, "skip-") || drop_prefix(name, "disable-")) value = "0";
  drop_prefix(name, "enable-");
  if (name.starts_with("ssl") || name.starts_with("tls")) to[name] = value;
}

void read_file(const std::string& path, int depth, TlsOptions& to);

void read_included(std::string_view directive, int depth, TlsOptions& to) {
  const size_t blank = directive.find_first_of(" \t");
  if (blank == directive.npos || depth >= kMaxIncludes) return;
  const std::string path(trimmed(directive.substr(blank), kBlanks));
  if (directive.substr(0, blank) == "include") return read_file(path, depth + 1, to);
  std::error_code unreadable;
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, unreadable)) {
    if (entry.path().extension() == ".cnf") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) read_file(file, depth + 1, to);
}

void read_file(const std::string& path, int depth, TlsOptions& to) {
  std::ifstream file(path);
  bool is_ours = false;
  for (std::string text; std::getline(file, text);) {
    const std::string_view line = trimmed(text, kBlanks);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '!') {
      read_included(line.substr(1), depth, to);
    } else if (line[0] == '[') {
      const std::string_view group = trimmed(line.substr(1, line.find(']') - 1), kBlanks);
      is_ours = is_one_of(group, {"client", "client-server", "client-mariadb", kOptionGroup});
    } else if (is_ours) {
      take_option(line, to);
    }
  }
}

/// Where libmariadb looks, in its order.
std::vector<std::string> default_files() {
  std::vector<std::string> files{"/etc/my.cnf", "/etc/mysql/my.cnf"};
  const char* folder = std::getenv("MARIADB_HOME");
  if (folder == nullptr) folder = std::getenv("MYSQL_HOME");
  if (folder != nullptr) files.push_back(std::string(folder) + "/my.cnf");
  if (const char* home = std::getenv("HOME")) files.push_back(std::string(home) + "/.my.cnf");
  return files;
}

/// The client takes the beginning of a name for the name.
bool means_verify(std::string_view name) {
  constexpr std::string_view kVerify = "ssl-verify-server-cert";
  return (name.size() > 4 && kVerify.starts_with(name)) || name == "tls-verify-peer";
}

}  // namespace

TlsAsked tls_asked(const std::string& defaults_file) {
  TlsOptions options;
  if (!defaults_file.empty()) {
    read_file(defaults_file, 0, options);
  } else {
    for (const auto& file : default_files()) read_file(file, 0, options);
  }
  TlsAsked asked;
  for (const auto& [name, value] : options) {
    if (is_off(value)) continue;
    asked.required = true;
    asked.verified = asked.verified || means_verify(name) ||
                     (name == "ssl-mode" && is_one_of(value, {"verify_ca", "verify_identity"}));
  }
  return asked;
}

}  // namespace pinpipe::posts
