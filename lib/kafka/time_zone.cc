#include "kafka/time_zone.h"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <optional>

#include "base/ascii.h"

namespace pinpipe::kafka {
namespace {

constexpr int64_t kMsASecond = 1000;
constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 24 * kHour;

/// Of "+HH:MM", "-HH:MM", "+HH" or "-HH", in seconds.
std::optional<int64_t> read_offset(const std::string& name) {
  const bool has_minutes = name.size() == 6 && name[3] == ':';
  if ((name.size() != 3 && !has_minutes) || (name[0] != '+' && name[0] != '-')) return {};
  for (const size_t digit : {1, 2, 4, 5}) {
    if (digit < name.size() && !is_digit(name[digit])) return {};
  }
  const int64_t minutes = has_minutes ? (name[4] - '0') * 10 + name[5] - '0' : 0;
  const int64_t hours = (name[1] - '0') * 10 + name[2] - '0';
  if (hours > 23 || minutes > 59) return {};
  return (name[0] == '-' ? -1 : 1) * (hours * kHour + minutes * 60);
}

/// The C library takes any name, for UTC where it does not know it.
bool is_known(const std::string& name) {
  if (name.empty() || name.front() == '/' || name.find("..") != name.npos) return false;
  const char* folder = std::getenv("TZDIR");
  std::ifstream file((folder == nullptr ? "/usr/share/zoneinfo" : folder) + ("/" + name));
  char magic[4];
  return file.read(magic, sizeof magic) && std::string(magic, sizeof magic) == "TZif";
}

void use(const std::string& name) {
  static std::string used;  // "" before the first
  if (used == name) return;
  used = name;
  setenv("TZ", (":" + name).c_str(), 1);
  tzset();
}

int64_t floor_divided(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

Result<TimeZone> TimeZone::named(const std::string& name) {
  TimeZone zone;
  if (name == "UTC" || name == "GMT" || name == "Z") return zone;
  if (const auto offset = read_offset(name)) {
    zone.fixed_seconds_ = *offset;
    return zone;
  }
  if (!is_known(name)) {
    return Error{"no time zone '" + name + "'",
                 "zones are UTC, Europe/London, +05:30; names are those of the package tzdata"};
  }
  zone.name_ = name;
  return zone;
}

int64_t TimeZone::offset_seconds(int64_t unix_seconds) const {
  if (name_.empty()) return fixed_seconds_;
  use(name_);
  const time_t time = unix_seconds;
  tm local{};
  return localtime_r(&time, &local) == nullptr ? 0 : local.tm_gmtoff;
}

int64_t TimeZone::local_ms(int64_t unix_ms) const {
  return unix_ms + offset_seconds(floor_divided(unix_ms, kMsASecond)) * kMsASecond;
}

int64_t TimeZone::unix_ms(int64_t local_ms) const {
  const int64_t seconds = floor_divided(local_ms, kMsASecond);
  const int64_t before = offset_seconds(seconds - kDay);
  const int64_t after = offset_seconds(seconds + kDay);
  const bool is_after = before != after && offset_seconds(seconds - before) != before &&
                        offset_seconds(seconds - after) == after;
  return local_ms - (is_after ? after : before) * kMsASecond;
}

}  // namespace pinpipe::kafka
