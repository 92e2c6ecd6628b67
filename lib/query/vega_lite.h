// Answers as charts of Vega-Lite, version 5, with their data in them.
//
// https://vega.github.io/vega-lite/docs/
#pragma once

#include <span>
#include <string>

#include "query/answer.h"

namespace pinpipe::query {

/// One specification on a line: the picture that suits the answer (picture.h), those of several
/// below each other. Its data are the rows of the answer; what several columns name together is
/// `name`, and a moment of several columns `moment`.
void append_vega_lite(std::span<const Answer> answers, std::string& to);

}  // namespace pinpipe::query
