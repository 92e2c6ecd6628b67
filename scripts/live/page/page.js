// Shows frames of answers. A frame has all that is said now, and the points of charts that came since the one before; only
// the newest is kept until the browser draws, so that a slow one skips frames, and nothing here grows beyond `points`.
"use strict";

const COLOURS = 6; // lines of a chart; the other groups are in the table
const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);
const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };
const grouped = (number) => Math.round(number).toLocaleString("en");

// ---- what came ----

const page = {
  newest: null, // frame
  arrived: 0, // when, by performance.now()
  isConnected: false,
  series: new Map(), // of a question, or "rates": the points that are kept
  isDue: false,
};

function keep(name, points, frame) {
  const series = frame.since === 0 ? [] : page.series.get(name) || [];
  for (const point of points) {
    const last = series[series.length - 1];
    if (last && point[1] < last[1] && point[0] !== last[0]) series.length = 0; // another stream
    if (last && point[0] === last[0]) series.pop();
    series.push(point);
  }
  if (series.length > frame.points) series.splice(0, series.length - frame.points);
  page.series.set(name, series);
}

function take(frame) {
  if (frame.since === 0) page.series.clear();
  keep("rates", frame.rates, frame);
  for (const question of frame.questions) {
    keep(`question ${question.name}`, question.points, frame);
    question.points = null;
  }
  frame.rates = null;
  page.newest = frame;
  page.arrived = performance.now();
  drawSoon();
}

function drawSoon() {
  if (page.isDue) return;
  page.isDue = true;
  requestAnimationFrame(() => { page.isDue = false; draw(); });
}

// ---- charts ----

// At most `most` round steps that span `range`, of `steps` or of 1, 2 and 5.
function stepOf(range, most, steps) {
  if (steps) return steps.find((step) => range / step <= most) || steps[steps.length - 1] * Math.ceil(range / most / steps[steps.length - 1]);
  const power = 10 ** Math.floor(Math.log10(range / most));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => range / step <= most);
}

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const TIMES = [1, 2, 5, 10, 15, 30].map((n) => n * SECOND).concat([1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  [1, 2, 3, 6, 12].map((n) => n * HOUR), [1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY));

function timeText(ms, step) {
  const text = new Date(ms).toISOString();
  if (step >= DAY) return text.slice(0, 10);
  return text.slice(11, step >= MINUTE ? 16 : 19);
}

function numberText(number) {
  const size = Math.abs(number);
  for (const [unit, letter] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (size >= unit) return `${Number((number / unit).toPrecision(4))}${letter}`;
  }
  return `${Number(number.toPrecision(4))}`;
}

function make(name, parent, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  parent.append(node);
  return node;
}

// Brings the children of `parent` that are `name`s to `count`, and returns them.
function some(parent, name, count) {
  const nodes = parent.children;
  while (nodes.length > count) nodes[nodes.length - 1].remove();
  while (nodes.length < count) make(name, parent, {});
  return nodes;
}

// A chart of lines over time in `box`; `lines` are {name, colour}, of which each point may have a value.
function drawChart(box, points, lines, height, title) {
  if (!box.firstChild) {
    const svg = make("svg", box, { role: "img" });
    for (const part of ["grid", "lines", "texts"]) make("g", svg, { class: part });
  }
  const svg = box.firstChild, [grid, paths, texts] = svg.children;
  const width = Math.max(box.clientWidth, 160);
  svg.setAttribute("height", height);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("aria-label", title);

  let low = 0, high = 0;
  for (const [, , values] of points) {
    for (const line of lines) {
      const value = values[line.name];
      if (value !== undefined) { low = Math.min(low, value); high = Math.max(high, value); }
    }
  }
  if (low === high) high = 1;
  const step = stepOf(high - low, 3);
  low = Math.floor(low / step) * step;
  high = Math.ceil(high / step) * step;
  const levels = Math.round((high - low) / step);
  const labels = Array.from({ length: levels + 1 }, (_, i) => numberText(low + i * step));
  const left = 10 + 7.5 * Math.max(...labels.map((text) => text.length)), top = 8, bottom = height - 20, right = width - 6;
  const last = points.length ? points[points.length - 1][1] : 0, first = points.length ? points[0][1] : 0;
  const from = points.length > 1 ? Math.min(first, last - 30 * SECOND) : last - 30 * SECOND;
  const x = (ms) => left + (ms - from) / (last - from) * (right - left);
  const y = (value) => bottom - (value - low) / (high - low) * (bottom - top);

  const timeStep = stepOf(last - from, Math.max(1, Math.floor((right - left) / 110)), TIMES);
  const ticks = [];
  if (points.length) for (let t = Math.ceil(from / timeStep) * timeStep; t <= last && ticks.length < 20; t += timeStep) ticks.push(t);

  const rules = some(grid, "line", levels + 1), words = some(texts, "text", levels + 1 + ticks.length);
  for (let i = 0; i <= levels; i++) {
    const at = y(low + i * step).toFixed(1);
    place(rules[i], { class: "grid", x1: left, x2: right, y1: at, y2: at });
    place(words[i], { x: left - 6, y: (Number(at) + 4).toFixed(1), "text-anchor": "end" });
    setText(words[i], labels[i]);
  }
  ticks.forEach((t, i) => {
    const word = words[levels + 1 + i], text = timeText(t, timeStep), half = text.length * 3.6;
    place(word, { x: Math.min(Math.max(x(t), left + half), right - half).toFixed(1), y: height - 4, "text-anchor": "middle" });
    setText(word, text);
  });
  const drawn = some(paths, "path", lines.length);
  lines.forEach((line, i) => {
    place(drawn[i], { d: pathOf(points, line.name, x, y), stroke: `var(--c${line.colour})` });
  });
}

function place(node, attributes) {
  for (const key in attributes) node.setAttribute(key, attributes[key]);
}

// Where a point has no value of it, the line has a gap; one value alone is a dot.
function pathOf(points, name, x, y) {
  let path = "", isDown = false;
  for (let i = 0; i < points.length; i++) {
    const value = points[i][2][name];
    if (value === undefined) { isDown = false; continue; }
    const at = `${x(points[i][1]).toFixed(1)} ${y(value).toFixed(1)}`;
    path += isDown ? `L${at}` : `M${at}`;
    const next = points[i + 1];
    if (!isDown && (!next || next[2][name] === undefined)) path += "h0.01";
    isDown = true;
  }
  return path;
}

// ---- questions ----

const cards = new Map(); // by name: {node, colours}

function cardOf(name) {
  if (!cards.has(name)) {
    const node = byId("question").content.firstElementChild.cloneNode(true);
    node.dataset.question = name;
    setText(node.querySelector("h2 bdi"), name || "The answer");
    byId("questions").append(node);
    cards.set(name, { node, colours: new Map() });
  }
  return cards.get(name);
}

// The first groups have colours, which they keep while they are among them.
function colour(card, labels) {
  const shown = [...new Set(labels)].slice(0, COLOURS);
  for (const label of card.colours.keys()) if (!shown.includes(label)) card.colours.delete(label);
  for (const label of shown) {
    if (card.colours.has(label)) continue;
    const taken = [...card.colours.values()];
    card.colours.set(label, [0, 1, 2, 3, 4, 5].find((number) => !taken.includes(number)));
  }
  return shown.map((label) => ({ name: label, colour: card.colours.get(label) }));
}

function windowText({ start, end, final }) {
  const short = (text) => text.replace("T", " ").replace(/\.\d+$/, "");
  if (!end) return "";
  if (!start) return `of all posts so far, at ${short(end)} UTC`;
  const state = final === true ? "closed" : final === false ? "still open" : "";
  const until = start.slice(0, 10) === end.slice(0, 10) ? short(end).slice(11) : short(end);
  return `${short(start)} to ${until} UTC${state ? `, ${state}` : ""}`;
}

function drawHead(row, question) {
  while (row.children.length > question.columns.length) row.lastChild.remove();
  while (row.children.length < question.columns.length) row.append(document.createElement("th"));
  question.columns.forEach(({ name, number }, i) => {
    setText(row.children[i], name);
    row.children[i].className = number ? "number" : "";
    row.children[i].scope = "col";
  });
}

function drawCell(cell, text, column, part) {
  const shown = text === null ? "null" : text === "" ? "\u201c\u201d" : text;
  setText(cell.firstChild, shown);
  cell.title = shown.length > 14 ? shown : "";
  cell.className = [column.number && "number", part !== null && "bar", text === null && "null", text === "" && "empty"].filter(Boolean).join(" ");
  if (part === null) cell.style.removeProperty("--part"); else cell.style.setProperty("--part", `${(part * 100).toFixed(1)}%`);
}

function drawRows(body, question, card) {
  while (body.children.length > question.rows.length) body.lastChild.remove();
  while (body.children.length < question.rows.length) body.append(document.createElement("tr"));
  const most = Math.max(0, ...question.values);
  question.rows.forEach((values, i) => {
    const row = body.children[i], colour = card.colours.get(question.labels[i]);
    if (colour === undefined) delete row.dataset.colour; else row.dataset.colour = colour;
    row.style.setProperty("--colour", `var(--c${colour})`);
    while (row.children.length > values.length) row.lastChild.remove();
    while (row.children.length < values.length) row.append(document.createElement("td")), row.lastChild.append(document.createElement("bdi"));
    values.forEach((text, j) => {
      const part = j === question.measure && most > 0 && question.rows.length > 1 ? Math.max(0, question.values[i]) / most : null;
      drawCell(row.children[j], text, question.columns[j], part);
    });
  });
}

function drawQuestion(question) {
  const card = cardOf(question.name), { node } = card;
  const lines = colour(card, question.labels);
  setText(node.querySelector(".window"), windowText(question.window));
  drawHead(node.querySelector("thead tr"), question);
  drawRows(node.querySelector("tbody"), question, card);
  const more = node.querySelector(".more"), left = question.count - question.rows.length;
  more.hidden = left <= 0;
  setText(more, `and ${grouped(left)} more`);
  const chart = node.querySelector(".chart");
  chart.hidden = question.measure === null;
  if (!chart.hidden) {
    const title = `${question.columns[question.measure].name} over time, of ${lines.map((line) => line.name).join(", ")}`;
    drawChart(chart, page.series.get(`question ${question.name}`), lines, 190, title);
  }
}

// ---- the page ----

function drawStats(frame) {
  const { stats } = frame;
  byId("stats").hidden = !stats;
  byId("hint").hidden = Boolean(stats) || frame.questions.length === 0;
  byId("bad").hidden = frame.bad === 0;
  setText(byId("bad"), `${grouped(frame.bad)} ${frame.bad === 1 ? "line was" : "lines were"} no answers; the terminal of live-page says which`);
  if (!stats) return;
  const { rate } = stats;
  setText(byId("rate"), frame.ended || !rate ? "–" : grouped(rate.read));
  setText(byId("read"), grouped(stats.read));
  for (const name of ["rejected", "late"]) {
    setText(byId(name), grouped(stats[name]) + (rate && rate[name] >= 0.5 && !frame.ended ? ` (${grouped(rate[name])}/s)` : ""));
    byId(name).className = stats[name] > 0 ? "some" : "";
  }
  drawChart(byId("rates"), page.series.get("rates"), [{ name: "read", colour: 0 }], 96, "posts per second over time");
}

// Of a stream that ended nothing more comes, and nothing is lost.
function drawState() {
  const { newest } = page, silent = (performance.now() - page.arrived) / SECOND;
  let state = "live", text = "live";
  if (newest && newest.ended) [state, text] = ["ended", "the stream has ended; these are its last answers"];
  else if (!page.isConnected) [state, text] = ["lost", newest ? "the connection is lost; trying again" : "connecting"];
  else if (!newest || newest.frame === 0) [state, text] = ["still", "waiting for answers"];
  else if (silent > 3) [state, text] = ["still", `no news for ${Math.floor(silent)} s`];
  byId("state").dataset.state = state;
  setText(byId("state"), text);
}

function draw() {
  drawState();
  if (!page.newest) return;
  drawStats(page.newest);
  page.newest.questions.forEach(drawQuestion);
  for (const [name, card] of cards) {
    if (page.newest.questions.some((question) => question.name === name)) continue;
    card.node.remove();
    cards.delete(name);
  }
}

function listen() {
  const events = new EventSource("events");
  events.onopen = () => { page.isConnected = true; drawSoon(); };
  events.onmessage = (event) => {
    take(JSON.parse(event.data));
    if (page.newest.ended) events.close();
  };
  events.onerror = () => {
    page.isConnected = false;
    drawSoon();
    if (events.readyState === EventSource.CLOSED && !(page.newest && page.newest.ended)) setTimeout(listen, 2 * SECOND);
  };
}

setInterval(drawState, SECOND);
addEventListener("resize", drawSoon);
listen();
