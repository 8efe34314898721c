"use strict";
const run = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const section$ = (view) => $("view-" + view); // not "differ": the browser would scroll to an id that is the address
const make = (tag, props = {}, ...children) => {
  const { attr = {}, ...rest } = props;
  const node = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attr)) node.setAttribute(name, value);
  node.append(...children.flat());
  return node;
};
const MARK = { "pass": "✓", "fail": "✗", "warn": "!", "skip": "·", "n/a": "–", "xfail": "x", "xpass": "X!", "flaky": "~", "harness-error": "ERR", "info": "i" };
const BAD = ["fail", "hang", "crash", "xpass", "harness-error", "warn"];
const SEVERITY = ["harness-error", "crash", "hang", "xpass", "fail", "warn", "info", "xfail", "flaky", "skip", "n/a", "pass"];
const WORDS = Object.keys(run.legend).filter((w) => w !== "not asked");
const columns = new Map(run.columns.map((c) => [c.name, c]));
const place = new Map(run.cases.map((c, i) => [c.name, i]));
const themes = [...new Set(run.cases.map((c) => c.theme))].sort();
const ours = run.columns.filter((c) => c.kind === "ours"), peers = run.columns.filter((c) => c.kind === "reference");
const plain = (verdict) => verdict.replace("/", "");
const cellAddress = (column, name) => "#cell/" + encodeURIComponent(column) + "/" + encodeURI(name);
const template = (name) => name.replace(/(\/(slice|framing|coding|eol):[^/]*)+$/, "");

/** Cases that differ only by permutation, together. */
const groups = [];
{
  const seen = new Map();
  run.cases.forEach((c, index) => {
    const key = template(c.name);
    if (!seen.has(key)) { seen.set(key, { ...c, name: key, first: c.name, at: [] }); groups.push(seen.get(key)); }
    seen.get(key).at.push(index);
  });
  groups.sort((a, b) => (a.name < b.name ? -1 : 1));
}
/** The verdicts of a column for a group: the worst, how many have it, which case has it first. */
function gathered(column, group) {
  const cells = group.at.map((i) => [column.cells[i], i]).filter(([c]) => c);
  if (!cells.length) return null;
  const verdict = SEVERITY.find((v) => cells.some(([c]) => c[0] === v));
  const same = cells.filter(([c]) => c[0] === verdict);
  return { verdict, count: same.length, total: cells.length, name: run.cases[same[0][1]].name, cells };
}

// ---- filters: their values are the address's, so that a view can be sent on ----

function query() { return new URLSearchParams(location.hash.split("?")[1] || ""); }
function choose(view, name, label, options, redraw) {
  const select = make("select", { name }, options.map(([value, text]) => make("option", { value, textContent: text })));
  select.value = query().get(name) || options[0][0];
  if (select.selectedIndex < 0) select.selectedIndex = 0;
  select.onchange = () => { remember(view); redraw(); };
  return make("label", {}, label, select);
}
function remember(view) {
  const out = new URLSearchParams();
  for (const field of section$(view).querySelectorAll(".filters [name]")) {
    const value = field.type === "checkbox" ? (field.checked ? "1" : "") : field.value;
    if (value && !(field.tagName === "SELECT" && field.selectedIndex === 0)) out.set(field.name, value);
  }
  history.replaceState(null, "", "#" + view + (out.size ? "?" + out : ""));
}
const named = (names, every) => [["", every], ...names.map((n) => [n, n])];
function matches(words, c) {
  const text = (c.name + " " + c.title + " " + c.requirements.join(" ") + " " + c.source).toLowerCase();
  return words.every((w) => text.includes(w));
}
function search(view, redraw) {
  const input = make("input", { type: "search", name: "q", value: query().get("q") || "", placeholder: "case, title, requirement, source" });
  input.oninput = () => { remember(view); redraw(); };
  return make("label", {}, "Text", input);
}
const wordsOf = (value) => (value || "").toLowerCase().split(/\s+/).filter(Boolean);

// ---- where we differ ----

function differences() {
  const found = [];
  for (const group of groups) {
    const own = ours.map((c) => gathered(c, group)).filter(Boolean);
    if (!own.some((g) => g.verdict === "pass") || own.some((g) => !["pass", "n/a"].includes(g.verdict))) continue;
    const theirs = [];
    for (const peer of peers) {
      const cells = group.at.map((i) => [peer.cells[i], i]).filter(([c]) => c && [...BAD, "info"].includes(c[0]) && c[1]);
      if (!cells.length) continue;
      const word = WORDS.find((w) => cells.some(([c]) => c[1] === w)), [cell, index] = cells.find(([c]) => c[1] === word);
      theirs.push({ peer: peer.name, word, told: cell[2], name: run.cases[index].name, count: cells.length, total: group.at.length });
    }
    if (theirs.length) found.push({ group, theirs });
  }
  return found;
}
function differView() {
  if (!peers.length) return section$("differ").replaceChildren(make("p", { textContent: "No other SDK was played in this run." }));
  const all = differences(), list = make("div"), count = make("output", { attr: { "aria-live": "polite" } });
  const terse = make("input", { type: "checkbox", name: "terse", checked: query().get("terse") === "1" });
  const draw = () => {
    const q = query(), words = wordsOf(q.get("q")), out = [];
    let shown = 0;
    for (const theme of themes) {
      const items = [];
      for (const { group, theirs } of all) {
        if (group.theme !== theme || (q.get("theme") && q.get("theme") !== theme) || (q.get("level") && q.get("level") !== group.level) || !matches(words, group)) continue;
        const kept = theirs.filter((t) => (terse.checked || t.word !== "terse") && (!q.get("word") || t.word === q.get("word")) && (!q.get("peer") || t.peer === q.get("peer")));
        if (kept.length) items.push(differItem(group, kept));
      }
      if (items.length) out.push(make("h3", { textContent: `${theme} (${items.length})` }), make("ul", { className: "differ" }, items));
      shown += items.length;
    }
    list.replaceChildren(...out);
    count.textContent = shown + " cases";
  };
  terse.onchange = () => { remember("differ"); draw(); };
  section$("differ").replaceChildren(
    make("h2", { textContent: "Where we differ" }),
    make("p", {}, "Cases that every column of ours passes and at least one other SDK does not, permutations folded together. What an SDK was not asked, or has no call for, is not here."),
    wordTable(all),
    make("details", {}, make("summary", { textContent: "What the words mean" }), make("dl", { className: "legend" }, WORDS.map((w) => [make("dt", { className: "w-" + w, textContent: w }), make("dd", { textContent: run.legend[w] })]))),
    make("div", { className: "filters" }, search("differ", draw), choose("differ", "theme", "Theme", named(themes, "all"), draw), choose("differ", "level", "Level", named(["must", "should", "info"], "all"), draw),
      choose("differ", "word", "Manner", named(WORDS, "any"), draw), choose("differ", "peer", "SDK", named(peers.map((p) => p.name), "any"), draw),
      make("label", { className: "check" }, terse, "also where only details are missing"), count),
    list,
  );
  draw();
}
function differItem(group, theirs) {
  const chips = theirs.map((t) => make("li", {}, make("a", { className: "w-" + t.word, href: cellAddress(t.peer, t.name), title: t.told },
    t.peer + " ", make("b", { textContent: t.word }), t.total > 1 ? make("small", { textContent: ` ${t.count}/${t.total}` }) : "")));
  return make("li", {}, make("div", {}, group.title, make("small", { textContent: group.name + (group.level === "must" ? "" : " · " + group.level) })), make("ul", { className: "chips" }, chips));
}
function wordTable(all) {
  const used = WORDS.filter((w) => all.some((d) => d.theirs.some((t) => t.word === w)));
  const head = make("tr", {}, make("th", { scope: "col", textContent: "SDK" }), used.map((w) => make("th", { scope: "col", className: "w-" + w, textContent: w, title: run.legend[w] })));
  const rows = peers.map((p) => make("tr", {}, make("th", { scope: "row" }, p.name, " ", make("small", { textContent: p.version })), used.map((w) => {
    const count = all.filter((d) => d.theirs.some((t) => t.peer === p.name && t.word === w)).length;
    return make("td", { className: count ? "w-" + w : "zero", textContent: count });
  })));
  return make("div", { className: "scroll", tabIndex: 0, attr: { role: "region", "aria-label": "How often, by SDK and manner" } }, make("table", { className: "words" }, make("thead", {}, head), make("tbody", {}, rows)));
}

// ---- cases ----

const KINDS = { "": () => true, "not passing": (v) => BAD.includes(v), "passing": (v) => v === "pass", "not asked": (v) => ["skip", "n/a"].includes(v), "hang or crash": (v) => ["hang", "crash"].includes(v), "in the baseline": (v) => ["xfail", "xpass", "flaky"].includes(v) };
function casesView() {
  const table = make("table", { className: "matrix" }), count = make("output", { attr: { "aria-live": "polite" } });
  const head = make("tr", {}, make("th", { scope: "col", textContent: "case" }), run.columns.map((c) => make("th", { scope: "col", className: c.kind, title: `${c.sdk} ${c.version} ${c.variant}`, textContent: c.name })));
  const draw = () => {
    const q = query(), words = wordsOf(q.get("q")), right = KINDS[q.get("verdict") || ""] || KINDS[""], only = columns.get(q.get("column"));
    const bodies = [];
    let shown = 0;
    for (const theme of themes) {
      if (q.get("theme") && q.get("theme") !== theme) continue;
      const rows = [];
      for (const group of groups) {
        if (group.theme !== theme || (q.get("level") && q.get("level") !== group.level) || !matches(words, group)) continue;
        const seen = (only ? [only] : run.columns).some((c) => gathered(c, group)?.cells.some(([cell]) => right(cell[0])));
        if (seen) rows.push(caseRow(group));
      }
      shown += rows.length;
      if (rows.length) bodies.push(make("tbody", {}, make("tr", { className: "theme" }, make("th", { scope: "rowgroup", textContent: theme }), make("td", { colSpan: run.columns.length })), rows));
    }
    table.replaceChildren(make("thead", {}, head), ...bodies);
    count.textContent = `${shown} of ${groups.length} cases`;
  };
  section$("cases").replaceChildren(make("h2", { className: "hidden", textContent: "Cases" }),
    make("div", { className: "filters" }, search("cases", draw), choose("cases", "theme", "Theme", named(themes, "all"), draw), choose("cases", "level", "Level", named(["must", "should", "info"], "all"), draw),
      choose("cases", "verdict", "Verdict", Object.keys(KINDS).map((k) => [k, k || "any"]), draw), choose("cases", "column", "in column", named(run.columns.map((c) => c.name), "any"), draw), count),
    make("div", { className: "scroll", tabIndex: 0, attr: { role: "region", "aria-label": "Cases and columns" } }, table));
  draw();
}
function caseRow(group) {
  const head = make("th", { scope: "row", title: group.name }, group.title, make("small", { textContent: group.name.slice(group.theme.length + 1) + (group.level === "must" ? "" : " · " + group.level) }));
  const row = make("tr", {}, head, run.columns.map((c) => verdictCell(c, gathered(c, group))));
  if (group.at.length > 1) {
    const button = make("button", { type: "button", textContent: `${group.at.length} permutations`, attr: { "aria-expanded": "false" } });
    let parts = null;
    button.onclick = () => {
      if (parts) { for (const p of parts) p.remove(); parts = null; }
      else { parts = group.at.map((i) => permutationRow(group, i)); row.after(...parts); }
      button.setAttribute("aria-expanded", String(Boolean(parts)));
    };
    head.append(button);
  }
  return row;
}
function permutationRow(group, index) {
  const name = run.cases[index].name;
  return make("tr", { className: "part" }, make("th", { scope: "row", textContent: name.slice(group.name.length + 1).replaceAll("/", " ") }),
    run.columns.map((c) => verdictCell(c, gathered(c, { at: [index] }))));
}
function verdictCell(column, g) {
  if (!g) return make("td");
  const mark = MARK[g.verdict] || g.verdict, many = g.count < g.total ? ` ${g.count}/${g.total}` : "";
  return make("td", {}, make("a", { className: "v-" + plain(g.verdict), href: cellAddress(column.name, g.name), textContent: mark + many, attr: { "aria-label": `${column.name}: ${g.verdict}${many}` }, title: `${column.name}: ${g.verdict}${many}` }));
}

// ---- one cell ----

const unpacked = new Map();
function unpack(id) {
  if (!unpacked.has(id)) {
    const bytes = Uint8Array.from(atob($(id).textContent), (c) => c.charCodeAt(0));
    unpacked.set(id, new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json());
  }
  return unpacked.get(id);
}
/** Data as YAML, the way a case file is written. */
function yaml(value, pad = "") {
  if (Array.isArray(value)) return value.length ? value.map((v) => "\n" + pad + "- " + yaml(v, pad + "  ").replace(/^\n\s*/, "")).join("") : "[]";
  if (value && typeof value === "object") {
    const keys = Object.keys(value);
    return keys.length ? keys.map((k) => { const text = yaml(value[k], pad + "  "); return "\n" + pad + k + ":" + (text.startsWith("\n") ? text : " " + text); }).join("") : "{}";
  }
  return typeof value === "string" && /^[\w./$][\w ./@$()+-]*$/.test(value) && !/^(true|false|null|[\d.]+)$/.test(value) ? value : JSON.stringify(value);
}
const block = (value) => make("pre", { tabIndex: 0, textContent: yaml(value).replace(/^\n/, "") });
const section = (title, ...nodes) => [make("h3", { textContent: title }), ...nodes];
/** Wire bytes: line ends are shown and kept, what is not printable is hexadecimal. */
function bytes(text) {
  return text.replace(/[^\x20-\x7e\n]/g, (c) => (c === "\r" ? "\\r" : c === "\t" ? "\\t" : "\\x" + c.charCodeAt(0).toString(16).padStart(2, "0"))).replace(/\n/g, "\\n\n").replace(/\n$/, "");
}
function diff(complaints) {
  const rows = complaints.map((text) => {
    const found = /^([^:]+(?:\[\d+\])?[^:]*): expected (.*), got (.*)$/s.exec(text);
    return make("tr", {}, found ? found.slice(1).map((t) => make("td", { textContent: t })) : make("td", { colSpan: 3, textContent: text }));
  });
  const head = make("tr", {}, ["where", "expected", "got"].map((t) => make("th", { scope: "col", textContent: t })));
  return make("table", { className: "log diff" }, make("thead", {}, head), make("tbody", {}, rows));
}
function observed(answer) {
  if (answer.runs) return answer.runs.flatMap((r, i) => [make("h4", { textContent: "run " + (i + 1) }), ...observed(r)]);
  const rows = (answer.obs || []).map(({ t, k, ...rest }) => make("tr", {}, make("td", { className: "t", textContent: t + " ms" }), make("td", { className: "k", textContent: k }), make("td", { textContent: Object.keys(rest).length ? JSON.stringify(Object.values(rest).length === 1 ? Object.values(rest)[0] : rest) : "" })));
  const { obs, seq, ...rest } = answer;
  for (const name of Object.keys(rest)) if (rest[name] === null) delete rest[name];
  const seen = rows.length ? [make("div", { className: "box", tabIndex: 0 }, make("table", { className: "log" }, make("tbody", {}, rows)))] : [];
  return [...seen, block(rest)];
}
function wire(journal) {
  return journal.map((r) => make("div", { className: "trace" },
    make("h4", { textContent: `${r.method} ${r.target} · connection ${r.connection}` + (r.origin === "own" ? "" : ` · origin ${r.origin}`) + (r.client_closed_ms === null ? "" : ` · client closed at ${r.client_closed_ms} ms (${r.closed_how})`) }),
    make("div", { className: "box", tabIndex: 0 }, make("table", { className: "log" }, make("tbody", {}, r.trace.map(([at, kind, text]) =>
      make("tr", {}, make("td", { className: "t", textContent: at + " ms" }), make("td", { className: "k " + (kind === "<" ? "in" : kind === ">" ? "out" : ""), textContent: kind === "<" ? "client ▸" : kind === ">" ? "◂ server" : kind }), make("td", { textContent: bytes(text || "") }))),
    r.left_out ? make("tr", {}, make("td", { colSpan: 3, textContent: `… ${r.left_out} more` })) : [])))));
}
function repeat(line) {
  const button = make("button", { type: "button", textContent: "Copy" });
  button.onclick = async () => { await navigator.clipboard.writeText(line); button.textContent = "Copied"; };
  return make("div", { className: "repro" }, make("pre", { textContent: line }), navigator.clipboard ? button : "");
}
async function cellView(column, name) {
  const index = place.get(name), info = run.cases[index], own = columns.get(column);
  const box = section$("cell"), heading = make("h2", { tabIndex: -1, textContent: info ? info.title : "No such cell" });
  box.replaceChildren(heading);
  if (!info || !own?.cells[index]) return;
  const [cell, script] = await Promise.all([unpack("column-" + column), unpack("cases")]).then(([a, b]) => [a[name], b[name]]);
  const [verdict, word, told] = own.cells[index];
  const step = (by) => { const next = run.cases[index + by]; return next ? make("a", { href: cellAddress(column, next.name), textContent: by < 0 ? "← previous case" : "next case →", rel: by < 0 ? "prev" : "next" }) : ""; };
  const chips = run.columns.filter((c) => c.cells[index]).map((c) => { const [v, w] = c.cells[index]; return make("li", {}, make("a", { className: v === "pass" ? "" : "w-" + (WORDS.includes(w) ? w : "none"), href: cellAddress(c.name, name), attr: c.name === column ? { "aria-current": "page" } : {} }, c.name + " ", make("b", { className: "v-" + plain(v), textContent: v === "pass" ? "✓" : w || v }))); });
  const sentences = info.requirements.map((id) => make("li", {}, make("b", { textContent: id }), " ", (run.requirements[id] || "").replaceAll("`", "")));
  box.replaceChildren(
    make("div", { className: "crumbs" }, make("span", {}, make("a", { href: "#cases", textContent: "Cases" }), " › ", make("a", { href: "#cases?theme=" + info.theme, textContent: info.theme }), " › ", name), make("span", {}, step(-1), " ", step(1))),
    heading,
    make("p", { className: "dim", textContent: `${info.level} · ${info.source}` }), make("ul", { className: "dim" }, sentences), make("ul", { className: "chips", attr: { "aria-label": "The same case in every column" } }, chips),
    make("p", { className: "verdict v-" + plain(verdict) }, make("b", { textContent: `${column}: ${verdict}` }), make("span", { textContent: ` in ${cell.ms} ms` + (WORDS.includes(word) ? `: ${word}, that is: ${run.legend[word]}` : word ? `: ${told}` : "") })),
    ...(cell.complaints.length ? section("Difference", diff(cell.complaints)) : []),
    ...section("Repeat it", repeat(cell.repro)),
    make("div", { className: "two" },
      make("div", {}, section("Call", block(script.calls.length === 1 ? script.calls[0] : script.calls)), script.server.length ? section("What the server plays", block(script.server)) : [], section("Expected", block(script.expect))),
      make("div", {}, section("What the client reported", ...(cell.answers.length ? cell.answers.flatMap(observed) : [make("p", { className: "dim", textContent: "Nothing: it was not asked, or did not answer." })])))),
    ...(cell.journal.length ? section("On the wire", ...wire(cell.journal)) : []),
    ...(cell.stderr ? section("Standard error, its end", make("pre", { tabIndex: 0, textContent: cell.stderr })) : []),
  );
}

// ---- which view ----

const VIEWS = { overview: () => {}, differ: differView, cases: casesView };
let last = "#cases";
async function route() {
  const hash = location.hash || "#overview", view = /^#(\w+)/.exec(hash)?.[1];
  if (view === "main") return;
  const name = view in VIEWS || view === "cell" ? view : "overview";
  for (const part of document.querySelectorAll("main > section")) part.hidden = part !== section$(name);
  for (const link of document.querySelectorAll("nav a")) link.getAttribute("href") === "#" + name ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  if (name !== "cell") { last = hash; return VIEWS[name](); }
  const [, column, ...rest] = hash.slice(1).split("/");
  await cellView(decodeURIComponent(column || ""), decodeURI(rest.join("/")));
  scrollTo(0, 0);
  section$("cell").querySelector("h2").focus({ preventScroll: true });
}
addEventListener("hashchange", route);
addEventListener("keydown", (event) => {
  if (section$("cell").hidden || event.altKey || event.ctrlKey || event.metaKey) return;
  const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (event.key === "Escape") location.hash = last;
  else if (rel && !event.target.closest("pre, .box")) section$("cell").querySelector(`[rel=${rel}]`)?.click();
});
$("state").append(make("span", { className: run.ok ? "v-pass" : "v-fail", textContent: run.ok ? "✓" : "✗", title: run.ok ? "every must of our columns passes" : "the run failed" }));
const when = run.meta.started ? new Date(run.meta.started * 1000).toISOString().slice(0, 10) + ", " : "";
$("meta").textContent = `${when}${groups.length} cases, ${run.cases.length} with their permutations, ${run.columns.length} columns, ${run.meta.seconds} s, suite ${run.meta.version}`;
$("problems").append(...run.problems.map((p) => make("p", { className: "v-fail", textContent: p })));
route();
