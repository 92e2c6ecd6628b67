// Lines through a function, on all cores, in order: the path every tool that reads lines takes.
//
// A tool's part is a Worker, one per thread, with
//
//   using Output = ...;                                // default-constructible, movable
//   Status line(std::string_view line, Output& to);   // adds what becomes of one line to `to`;
//                                                      // REQUIRES of it: a rejected line adds
//                                                      // nothing
//   static void clear(Output&);
//   void begin(std::string_view lines);                // optional: what lines come next
//   static size_t made(const Output&);                 // optional: about how many bytes it holds
//   void give_back();                                  // optional: frees what long lines took
//   std::vector<Finding>& findings();                  // optional: of the line just taken, for the
//                                                      // end of the run; they are taken from there
//   Output::rejected                                   // optional, std::vector<PartReject>: parts
//                                                      // of the line that were refused, where the
//                                                      // rest was not
//
// and a `collect` that takes each block's Output, in order. `line` has no '\n', its '\r' is gone;
// it and views into it live until its block has been collected. Everything else is here: files,
// blocks, line numbers, the BOM, blank and overlong lines, rejects, stopping early.
//
// Memory is bounded in what is made, too: of lines that become far more than they are, as rejects
// of two bytes do, a part of the block is worked on and collected at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "json/scanner.h"
#include "ndjson/block_reader.h"
#include "ndjson/findings.h"
#include "ndjson/rejects.h"
#include "stream/ordered_run.h"

namespace pinpipe::ndjson {

struct LineRunOptions {
  std::vector<std::string> files{"-"};
  unsigned threads = 1;
  BlockOptions blocks;
  bool fail_fast = false;  ///< end at the first rejected line
  /// Asked after each block: whether to end before the input does. May be none.
  std::function<bool()> is_stopped = nullptr;
};

/// A part of a line that is rejected by itself, as if it had been a line: its text, valid as long
/// as the line.
struct PartReject {
  std::string reason;
  std::string_view raw;
};

/// One block of lines and what became of it, or of a part of it.
template <class Worker>
struct LineBlock {
  Block in;
  typename Worker::Output out;
  std::vector<Reject> rejects;    ///< lines numbered within the part, from 1
  std::vector<Finding> findings;  ///< numbered as rejects are
  size_t reject_bytes = 0;        ///< what `rejects` take, about
  uint64_t refused = 0;           ///< lines that were rejected whole
  uint64_t lines = 0;             ///< blank ones too
  uint64_t blanks = 0;
  uint64_t lines_before = 0;       ///< of the parts before, in the block
  uint64_t file_lines_before = 0;  ///< of the file, all; known when the block is collected

  /// Whether this was the last part.
  bool finished() const { return in.worked == in.size; }

  /// Of the last line that was worked on; nullptr where it is that line of the file.
  const Place* place() const {
    const uint64_t line = lines_before + lines;
    return line > in.places.size() ? nullptr : &in.places[line - 1];
  }

  /// Lines that became something.
  uint64_t accepted() const { return lines - blanks - refused; }
};

/// Runs all lines of `options.files` through workers[i], one worker a thread. `collect` gets each
/// block in the order of input, after its rejects went to `rejects`, which also takes note of files
/// that are not NDJSON, and have not been read. Errors: input, `rejects`, `collect`.
/// Before that, `inspect` gets it in order, too, and may refuse() lines that its worker took.
template <class Worker>
Status run_lines(const LineRunOptions& options, std::vector<Worker>& workers, RejectLog& rejects,
                 const std::function<Status(LineBlock<Worker>&)>& collect,
                 const std::function<Status(LineBlock<Worker>&)>& inspect = nullptr);

/// Refuses lines of `block`, which were taken: views into it, in order, with the reason for each.
template <class Worker>
void refuse(LineBlock<Worker>& block,
            const std::vector<std::pair<std::string_view, std::string>>& lines, bool keep_raw);

/// Gives lines of `block.in` to `worker`, from where it was left, and fills in the rest of `block`:
/// what run_lines does to each block until it is finished(). Rejects hold the line itself only if
/// `keep_raw`.
template <class Worker>
void work_through(LineBlock<Worker>& block, Worker& worker, const LineRunOptions& options,
                  bool keep_raw);

// ---- implementation -------------------------------------------------------------------------

namespace detail {

inline bool is_blank(std::string_view line) {
  return std::ranges::all_of(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
}

/// Bytes that a part of a block is ended at, once so many have been made of it. Posts become about
/// as many as they are.
inline size_t most_made(const BlockOptions& options) {
  return 4 * std::max<size_t>(options.block_size, 16 * 1024);
}

template <class Worker>
size_t made_of(const LineBlock<Worker>& block) {
  if constexpr (requires { Worker::made(block.out); }) {
    return block.reject_bytes + Worker::made(block.out);
  }
  return block.reject_bytes;
}

/// Numbers what was found in the last line, and takes it to `block`.
template <class Worker>
void take(std::vector<Finding>& findings, LineBlock<Worker>& block) {
  const Place* place = block.place();
  for (auto& finding : findings) {
    finding.line = block.lines;
    finding.value_line = place == nullptr ? 0 : place->line;
    block.findings.push_back(std::move(finding));
  }
  findings.clear();
}

/// Frees what a long line made `block` and its worker take, and lets the next one come.
template <class Worker>
void give_back(LineBlock<Worker>& block, Worker& worker, BlockReader& reader) {
  block.out = typename Worker::Output();
  pinpipe::give_back(block.rejects);
  if constexpr (requires { worker.give_back(); }) worker.give_back();
  reader.give_back(block.in);
}

}  // namespace detail

template <class Worker>
void work_through(LineBlock<Worker>& block, Worker& worker, const LineRunOptions& options,
                  bool keep_raw) {
  Worker::clear(block.out);
  block.rejects.clear();
  block.findings.clear();
  block.lines_before = block.in.worked == 0 ? 0 : block.lines_before + block.lines;
  block.lines = block.blanks = block.refused = block.reject_bytes = 0;
  const auto reject = [&](std::string reason, std::string_view line, uint64_t cut_from = 0) {
    block.reject_bytes += sizeof(Reject) + reason.size() + (keep_raw ? line.size() : 0);
    const Place* place = block.place();
    block.rejects.push_back({block.lines, std::move(reason), keep_raw ? std::string(line) : "",
                             cut_from, place == nullptr ? 0 : place->line});
  };
  const auto reject_overlong = [&](std::string_view line, uint64_t size) {
    const auto start = start_of_overlong(line);
    ++block.refused;
    reject((block.place() == nullptr ? "line of " : "value of ") + std::to_string(size) +
               " bytes is longer than max line " + std::to_string(options.blocks.max_line),
           start, start.size() < size ? size : 0);
  };
  if (block.in.overlong_bytes > 0) {
    ++block.lines;
    block.in.worked = block.in.size;
    return reject_overlong(block.in.text(), block.in.overlong_bytes);
  }
  if constexpr (requires { worker.begin(block.in.text()); }) {
    if (block.in.worked == 0) worker.begin(block.in.text());
  }
  const size_t most = detail::most_made(options.blocks);
  for (std::string_view rest = block.in.text().substr(block.in.worked); !rest.empty();) {
    block.in.worked = block.in.size - rest.size();
    if (detail::made_of(block) > most) return;
    const size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    ++block.lines;
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (detail::is_blank(line)) {
      ++block.blanks;
    } else if (line.size() > options.blocks.max_line) {
      reject_overlong(line, line.size());
    } else if (const Place* place = block.place(); place != nullptr && place->not_closed) {
      ++block.refused;
      reject("array not closed", line);
    } else if (auto status = worker.line(line, block.out); !status.ok()) {
      ++block.refused;
      reject(std::move(status.error().what), line);
    } else if constexpr (requires { block.out.rejected; }) {
      for (auto& part : block.out.rejected) reject(std::move(part.reason), part.raw);
      block.out.rejected.clear();
    } else if constexpr (requires { worker.findings(); }) {
      if (!worker.findings().empty()) detail::take(worker.findings(), block);
    }
    if (options.fail_fast && !block.rejects.empty()) return;
  }
  block.in.worked = block.in.size;
}

template <class Worker>
void refuse(LineBlock<Worker>& block,
            const std::vector<std::pair<std::string_view, std::string>>& lines, bool keep_raw) {
  const char* at = block.in.bytes.data();
  uint64_t number = 1 - block.lines_before;  // of the line at `at`, within the part
  for (const auto& [line, reason] : lines) {
    number += static_cast<uint64_t>(std::count(at, line.data(), '\n'));
    at = line.data();
    const uint64_t in_block = block.lines_before + number;
    const bool has_place = in_block <= block.in.places.size();
    block.rejects.push_back({number, reason, keep_raw ? std::string(line) : "", 0,
                             has_place ? block.in.places[in_block - 1].line : 0});
    ++block.refused;
  }
  std::ranges::stable_sort(block.rejects, {}, &Reject::line);
}

template <class Worker>
Status run_lines(const LineRunOptions& options, std::vector<Worker>& workers, RejectLog& rejects,
                 const std::function<Status(LineBlock<Worker>&)>& collect,
                 const std::function<Status(LineBlock<Worker>&)>& inspect) {
  if (options.blocks.first_lines > 0) {
    TRY(rejects.add("", options.blocks.first_file, options.blocks.first_lines, {}));
  }
  BlockReader reader(options.files, options.blocks);
  // ordered_run gives each thread one block for good, so a block's worker is the one beside it.
  std::vector<LineBlock<Worker>> blocks(workers.size());
  stream::OrderedSteps<LineBlock<Worker>> steps;
  steps.next = [&](LineBlock<Worker>& block) { return reader.next(block.in); };
  const auto worker_of = [&](const LineBlock<Worker>& block) -> Worker& {
    return workers[size_t(&block - blocks.data())];
  };
  steps.transform = [&](LineBlock<Worker>& block) {
    work_through(block, worker_of(block), options, rejects.keeps_raw());
  };
  steps.collect = [&](LineBlock<Worker>& block) -> Result<stream::Flow> {
    if (block.in.foreign) rejects.refuse(*block.in.foreign);
    const bool idle = block.in.idle;
    for (;;) {
      block.in.idle = idle && block.finished();
      block.file_lines_before = rejects.lines_of(block.in.file_number);
      if (inspect) {
        TRY(inspect(block));
      }
      if (auto status =
              rejects.add(block.in.file, block.in.file_number, block.lines, block.rejects);
          !status.ok()) {
        return status.error();
      }
      TRY(collect(block));
      if (options.fail_fast && !block.rejects.empty()) return stream::Flow::end;
      if (block.finished()) break;
      work_through(block, worker_of(block), options, rejects.keeps_raw());
    }
    if (block.in.excess > 0) detail::give_back(block, worker_of(block), reader);
    if (options.is_stopped && options.is_stopped()) return stream::Flow::end;
    return stream::Flow::more;
  };
  steps.interrupt = [&] { reader.interrupt(); };
  return stream::ordered_run(steps, blocks);
}

}  // namespace pinpipe::ndjson
