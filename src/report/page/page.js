"use strict";
// The page's behaviour. All texts come from the data, and are set as text, never as markup.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const number = (value) => value === null ? "–" : value.toLocaleString("en");
const STEP = 200;
const BARS = 40;
const COLUMNS = [
  { key: "sku", name: "SKU", phone: true },
  { key: "count", name: "Shopify count", number: true, phone: true },
  { key: "rule", name: "rule" },
  { key: "steps", name: "steps" },
  { key: "quantity", name: "quantity", number: true, phone: true },
  { key: "amazon", name: "on Amazon", number: true, phone: true },
  { key: "outcome", name: "outcome" },
];
const NO_RULE = "no rule";
const rows = data.rows.map(([sku, title, count, rule, steps, quantity, amazon, outcome, story], index) => ({
  index, sku, title, count, rule: rule === null ? NO_RULE : data.rules[rule].place, order: rule === null ? Infinity : rule,
  steps: data.steps[steps], quantity, amazon, outcome: data.outcomes[outcome], story,
  text: [sku, title, data.steps[steps]].join("\n").toLowerCase(),
}));

const EMPTY = { q: "", rule: "", outcome: "", changed: "", sort: "", down: "", open: "" };
const state = { ...EMPTY };
let found = rows;
let drawn = 0;
let allBars = false;

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

// The filters stand in the address, so that a view can be linked to and survives a reload.
const readAddress = () => {
  Object.assign(state, EMPTY, Object.fromEntries([...new URLSearchParams(location.hash.slice(1))].filter(([key]) => key in EMPTY)));
};
const writeAddress = () => {
  const set = Object.entries(state).filter(([, value]) => value !== "");
  const hash = new URLSearchParams(set).toString();
  history.replaceState(null, "", hash === "" ? location.pathname + location.search : "#" + hash);
};
const change = (changes) => {
  Object.assign(state, changes);
  writeAddress();
  show();
};

const compare = (key) => (a, b) => {
  const [x, y] = key === "rule" ? [a.order, b.order] : [a[key], b[key]];
  if (x === y) return 0;
  // What is missing comes last, whichever way it is sorted.
  if (x === null || x === Infinity) return 2;
  if (y === null || y === Infinity) return -2;
  return x < y ? -1 : 1;
};
const select = () => {
  const query = state.q.trim().toLowerCase();
  found = rows.filter((row) =>
    (query === "" || row.text.includes(query))
    && (state.rule === "" || row.rule === state.rule)
    && (state.outcome === "" || row.outcome === state.outcome)
    && (state.changed === "" || row.quantity !== null && row.amazon !== row.quantity));
  if (state.sort !== "") {
    const by = compare(state.sort);
    found = found.slice().sort((a, b) => {
      const order = by(a, b);
      return (state.down !== "" && Math.abs(order) === 1 ? -order : order) || a.index - b.index;
    });
  }
};

const amazonText = (row) => {
  // What is not sent leaves on Amazon what is there.
  if (row.quantity === null && row.amazon !== null) return "stays " + number(row.amazon);
  if (row.amazon === null) return number(row.amazon);
  return row.amazon === row.quantity ? "=" : number(row.amazon) + " → " + number(row.quantity);
};
const isAbove = (row) => row.quantity !== null && row.quantity > Math.max(row.count ?? 0, 0);

const drawRow = (row) => {
  const button = element("button", { type: "button", textContent: row.sku === "" ? "(no SKU)" : row.sku });
  button.setAttribute("aria-expanded", "false");
  const above = isAbove(row);
  const label = (text) => element("span", { className: "label", textContent: text });
  const figure = (text, head, more = "") => element("td", { className: "number phone" + more }, label(head), text);
  // Where there is no room for the column of outcomes, what is not sent shows its outcome in place of a quantity.
  const noQuantity = [element("span", { className: "wide", textContent: "–" }), element("span", { className: "narrow", textContent: row.outcome })];
  const quantity = row.quantity === null ? element("span", { className: "quiet" }, ...noQuantity) : number(row.quantity);
  const cells = [
    element("td", { className: "phone" }, button, element("div", { className: "title", textContent: row.title })),
    figure(number(row.count), "Shopify count"),
    element("td", { className: "rule", textContent: row.rule }),
    element("td", { className: "steps" }, element("code", { textContent: row.steps })),
    figure(quantity, "quantity", above ? " above" : ""),
    figure(amazonText(row), "on Amazon"),
    element("td", { className: row.outcome === "synced" ? "quiet" : "", textContent: row.outcome }),
  ];
  if (above) cells[4].title = "more than Shopify has";
  const line = element("tr", { className: "row" }, ...cells);
  button.onclick = () => toggle(line, button, row);
  if (state.open !== "" && state.open === row.sku) queueMicrotask(() => toggle(line, button, row));
  return line;
};
const toggle = (line, button, row) => {
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  if (open) {
    line.nextElementSibling.remove();
  } else {
    const cell = element("td", { colSpan: COLUMNS.length }, element("pre", { textContent: row.story }));
    line.after(element("tr", { className: "story" }, cell));
  }
};
const drawMore = () => {
  const part = document.createDocumentFragment();
  for (const row of found.slice(drawn, drawn + STEP)) part.append(drawRow(row));
  byId("rows").append(part);
  drawn = Math.min(found.length, drawn + STEP);
  const left = found.length - drawn;
  byId("more").hidden = left === 0;
  byId("more").textContent = "Show " + number(Math.min(STEP, left)) + " more of " + number(left);
};

const drawHeads = () => {
  byId("heads").replaceChildren(...COLUMNS.map((column) => {
    const sorted = state.sort === column.key;
    const mark = sorted ? (state.down === "" ? " ↑" : " ↓") : "";
    const button = element("button", { type: "button", textContent: column.name + mark });
    // Up, down, and back to the order of the catalog.
    button.onclick = () => {
      change(!sorted ? { sort: column.key, down: "" } : state.down === "" ? { down: "1" } : { sort: "", down: "" });
      byId("heads").querySelectorAll("button")[COLUMNS.indexOf(column)].focus();
    };
    const head = element("th", { scope: "col", className: column.key + (column.number ? " number" : "") + (column.phone ? " phone" : "") }, button);
    head.setAttribute("aria-sort", !sorted ? "none" : state.down === "" ? "ascending" : "descending");
    return head;
  }));
};

const counts = (key) => rows.reduce((sums, row) => sums.set(row[key], (sums.get(row[key]) ?? 0) + 1), new Map());
const outcomeCounts = counts("outcome");
const drawOutcomes = () => {
  byId("outcomes").replaceChildren(...data.outcomes.filter((name) => outcomeCounts.has(name)).map((name) => {
    const button = element("button", { type: "button" }, element("b", { textContent: number(outcomeCounts.get(name)) }), name);
    button.setAttribute("aria-pressed", String(state.outcome === name));
    button.onclick = () => change({ outcome: state.outcome === name ? "" : name });
    return button;
  }));
};

const ruleSums = new Map();
for (const row of rows) {
  const sums = ruleSums.get(row.rule) ?? { place: row.rule, order: row.order, synced: 0, other: 0 };
  sums[row.outcome === "synced" ? "synced" : "other"] += 1;
  ruleSums.set(row.rule, sums);
}
const ruleList = [...ruleSums.values()].sort((a, b) => a.order - b.order);
const ruleText = (sums) => sums.order === Infinity ? "" : data.rules[sums.order].text;
const drawBars = () => {
  const most = Math.max(1, ...ruleList.map((sums) => sums.synced + sums.other));
  const largest = ruleList.slice().sort((a, b) => b.synced + b.other - a.synced - a.other).slice(0, BARS);
  const shown = allBars ? ruleList : ruleList.filter((sums) => largest.includes(sums));
  byId("bars").replaceChildren(...shown.map((sums) => {
    const total = sums.synced + sums.other;
    const part = (count) => { const bar = element("i"); bar.style.width = 100 * count / most + "%"; return bar; };
    const told = number(total) + (sums.other > 0 ? " (" + number(sums.synced) + " synced)" : "");
    const label = element("span", { title: ruleText(sums) }, element("b", { textContent: sums.place + " " }), element("code", { textContent: ruleText(sums) }));
    const button = element("button", { type: "button" },
      element("div", { className: "name" }, label, element("span", { textContent: told })),
      element("div", { className: "bar" }, part(sums.synced), part(sums.other)));
    button.setAttribute("aria-pressed", String(state.rule === sums.place));
    button.onclick = () => change({ rule: state.rule === sums.place ? "" : sums.place });
    return button;
  }));
  byId("more-bars").hidden = allBars || shown.length === ruleList.length;
  byId("more-bars").textContent = "Show all " + number(ruleList.length) + " rules";
};

// Counts reach from 0 to many thousands: the axes are logarithmic, with 0 on them.
const scale = (value) => Math.log1p(Math.max(0, value));
const ticks = (most) => {
  const all = [0];
  for (let ten = 1; ten <= most; ten *= 10) for (const unit of [1, 2, 5]) if (unit * ten <= most) all.push(unit * ten);
  return all.length > 9 ? all.filter((tick) => tick === 0 || Number.isInteger(Math.log10(tick))) : all;
};
const MARGIN = { top: 10, bottom: 34 };
let points = [];
const drawPlot = () => {
  const canvas = byId("plot");
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  const plotted = found.filter((row) => row.quantity !== null && row.count !== null);
  const most = plotted.reduce((most, row) => Math.max(most, row.count, row.quantity), 1);
  pen.font = "11px system-ui, sans-serif";
  const marks = ticks(most);
  const widest = Math.max(...marks.map((tick) => pen.measureText(number(tick)).width));
  const [left, right] = [widest + 28, widest / 2 + 6];
  const [inner, outer] = [width - left - right, height - MARGIN.top - MARGIN.bottom];
  const x = (value) => left + inner * scale(value) / scale(most);
  const y = (value) => MARGIN.top + outer * (1 - scale(value) / scale(most));
  pen.clearRect(0, 0, width, height);
  pen.strokeStyle = color("--line");
  pen.fillStyle = color("--dim");
  let [free, above] = [-Infinity, Infinity];
  for (const tick of marks) {
    pen.beginPath();
    pen.moveTo(x(tick), MARGIN.top); pen.lineTo(x(tick), MARGIN.top + outer);
    pen.moveTo(left, y(tick)); pen.lineTo(left + inner, y(tick));
    pen.stroke();
    // A number that would run into the one before it is left out.
    const half = pen.measureText(number(tick)).width / 2;
    if (x(tick) - half > free) {
      pen.textAlign = "center"; pen.fillText(number(tick), x(tick), MARGIN.top + outer + 14);
      free = x(tick) + half + 6;
    }
    if (y(tick) < above) {
      pen.textAlign = "right"; pen.fillText(number(tick), left - 6, y(tick) + 4);
      above = y(tick) - 12;
    }
  }
  pen.textAlign = "center";
  pen.fillText("Shopify count", left + inner / 2, height - 6);
  pen.save(); pen.translate(12, MARGIN.top + outer / 2); pen.rotate(-Math.PI / 2); pen.fillText("Amazon quantity", 0, 0); pen.restore();
  pen.strokeStyle = color("--rest"); pen.setLineDash([4, 4]);
  pen.beginPath(); pen.moveTo(x(0), y(0)); pen.lineTo(x(most), y(most)); pen.stroke(); pen.setLineDash([]);
  const places = new Map();
  for (const row of plotted) {
    const key = Math.max(0, row.count) + "/" + row.quantity;
    const place = places.get(key) ?? { count: Math.max(0, row.count), quantity: row.quantity, rows: [] };
    place.rows.push(row);
    places.set(key, place);
  }
  points = [...places.values()].map((place) => ({ ...place, x: x(place.count), y: y(place.quantity) }));
  for (const point of points) {
    const size = Math.min(9, 3 + 1.2 * Math.log2(point.rows.length));
    pen.fillStyle = point.quantity > point.count ? color("--warn") : "rgba(" + color("--dot") + ", 0.55)";
    pen.beginPath(); pen.arc(point.x, point.y, size, 0, 2 * Math.PI); pen.fill();
  }
  const over = plotted.filter(isAbove).length;
  byId("plot-note").textContent = number(plotted.length) + " variants with a quantity; on the dashed line Amazon gets all that Shopify has; "
    + (over === 0 ? "none is above it." : number(over) + (over === 1 ? " is" : " are") + " above it, in red: Amazon may sell what is not there.");
};
byId("plot").onmousemove = (event) => {
  const near = points.map((point) => ({ point, far: Math.hypot(point.x - event.offsetX, point.y - event.offsetY) }))
    .reduce((best, each) => each.far < best.far ? each : best, { far: 12, point: null }).point;
  const tip = byId("tip");
  tip.hidden = near === null;
  if (near === null) return;
  const skus = near.rows.slice(0, 5).map((row) => row.sku).join("\n");
  const more = near.rows.length > 5 ? "\n… and " + number(near.rows.length - 5) + " more" : "";
  tip.textContent = number(near.count) + " → " + number(near.quantity) + "\n" + skus + more;
  const right = near.x > byId("plot").clientWidth / 2;
  Object.assign(tip.style, { top: near.y + 10 + "px", left: right ? "" : near.x + 12 + "px", right: right ? byId("plot").clientWidth - near.x + 12 + "px" : "" });
};
byId("plot").onmouseleave = () => { byId("tip").hidden = true; };

const option = (value, text) => element("option", { value, textContent: text });
byId("rule").append(option("", "all rules"), ...ruleList.map((sums) => option(sums.place, (sums.place + "  " + ruleText(sums)).slice(0, 90))));
byId("outcome").append(option("", "all outcomes"), ...data.outcomes.filter((name) => outcomeCounts.has(name)).map((name) => option(name, name)));

const show = () => {
  select();
  for (const [id, key] of [["search", "q"], ["rule", "rule"], ["outcome", "outcome"]]) {
    if (byId(id).value !== state[key]) byId(id).value = state[key];
  }
  byId("changed").checked = state.changed !== "";
  byId("clear").disabled = ["q", "rule", "outcome", "changed"].every((key) => state[key] === "");
  byId("shown").textContent = found.length === rows.length ? number(rows.length) + " variants" : number(found.length) + " of " + number(rows.length) + " variants";
  drawHeads();
  drawOutcomes();
  drawBars();
  byId("rows").replaceChildren();
  drawn = 0;
  drawMore();
  drawPlot();
};
const showAll = () => change({ q: "", rule: "", outcome: "", changed: "", open: "" });

byId("about").textContent = data.about;
byId("search").oninput = (event) => change({ q: event.target.value });
byId("rule").onchange = (event) => change({ rule: event.target.value });
byId("outcome").onchange = (event) => change({ outcome: event.target.value });
byId("changed").onchange = (event) => change({ changed: event.target.checked ? "1" : "" });
byId("clear").onclick = showAll;
byId("more").onclick = () => {
  const next = drawn;
  drawMore();
  byId("rows").querySelectorAll("tr.row button")[next]?.focus();
};
byId("more-bars").onclick = () => { allBars = true; drawBars(); };
byId("theme").onclick = () => {
  const dark = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  document.documentElement.dataset.theme = dark === "dark" ? "light" : "dark";
  drawPlot();
};
document.onkeydown = (event) => {
  const typing = event.target.matches("input, select");
  if (event.key === "/" && !typing) { event.preventDefault(); byId("search").focus(); }
  if (event.key === "Escape") { showAll(); byId("search").blur(); }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest?.("#rows") !== null || event.key === "ArrowDown" && event.target.id === "search") {
    const buttons = [...byId("rows").querySelectorAll("tr.row button")];
    const next = buttons[buttons.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  }
};
new IntersectionObserver((seen) => { if (seen[0].isIntersecting && !byId("more").hidden && drawn > 0) drawMore(); }, { rootMargin: "300px" }).observe(byId("more"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawPlot);
new ResizeObserver(drawPlot).observe(byId("plot").parentElement);
window.onhashchange = () => { readAddress(); show(); };
readAddress();
show();
