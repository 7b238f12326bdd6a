/* Canvass: a table that is whole is put in another order by the words of its head. Without this file it keeps the
   order that it came in. What a live table was ordered by holds when it comes anew. */
(function () {
  "use strict";
  var lang = document.documentElement.lang || "vi", chosen = {}, last = "";
  var words = new Intl.Collator(lang, { numeric: true });
  function nameOf(table) { return table.caption ? table.caption.textContent : ""; }
  /* A day becomes a number, a count is read as the language writes it, and what is not there is null. */
  function valueOf(cell, counts) {
    var text = cell ? cell.textContent.trim() : "", day, n;
    if (!text || text === "–") return null;
    if ((day = /^(\d\d)\/(\d\d)\/(\d{4})(?:\D+(\d\d):(\d\d))?/.exec(text))) return +(day[3] + day[2] + day[1] + (day[4] || "00") + (day[5] || "00"));
    if (counts && (n = /[-−]?\d[\d.,]*/.exec(text))) {
      n = n[0].replace("−", "-");
      n = lang === "vi" ? n.replace(/\./g, "").replace(",", ".") : n.replace(/,/g, "");
      if (isFinite(n)) return +n;
    }
    return text;
  }
  function compare(a, b, down) {
    if (a === null || b === null) return (a === null) - (b === null); // what is not there stays last
    var of = typeof a === "number" && typeof b === "number" ? a - b : words.compare(a, b);
    return down ? -of : of;
  }
  function order(table, at, down) {
    var heads = table.tHead.rows[0].cells, counts = heads[at].classList.contains("n");
    var rows = Array.from(table.tBodies[0].rows).map(function (row) { return { row: row, value: valueOf(row.cells[at], counts) }; });
    rows.sort(function (a, b) { return compare(a.value, b.value, down); });
    rows.forEach(function (r) { table.tBodies[0].append(r.row); });
    Array.from(heads).forEach(function (th, i) {
      if (i === at) th.setAttribute("aria-sort", down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
  }
  /* Whole tables only: one head, one body, no cell over several columns, no fields in the column. */
  function prepare(table) {
    if (table.dataset.ready || !table.tHead || table.tHead.rows.length !== 1 || table.tBodies.length !== 1) return;
    table.dataset.ready = "1";
    var rows = Array.from(table.tBodies[0].rows), heads = Array.from(table.tHead.rows[0].cells);
    if (rows.length < 3 || rows.some(function (r) { return r.cells.length !== heads.length; })) return;
    heads.forEach(function (th, at) {
      if (!th.textContent.trim() || th.querySelector(".sr, a, input") || rows.some(function (r) { return r.cells[at].querySelector("form, input, select, button, .bar"); })) return;
      var button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.dataset.at = at;
      button.append.apply(button, Array.from(th.childNodes));
      th.append(button);
      if (last === nameOf(table) + at && document.activeElement === document.body) button.focus({ preventScroll: true });
    });
    var was = chosen[nameOf(table)];
    if (was) order(table, was.at, was.down);
  }
  function prepareAll() { document.querySelectorAll("table[data-sort]").forEach(prepare); }
  document.addEventListener("click", function (e) {
    var button = e.target.closest && e.target.closest("th .sort");
    if (!button) return;
    var th = button.parentNode, table = th.closest("table"), at = +button.dataset.at, now = th.getAttribute("aria-sort");
    /* Figures begin with the largest. */
    var down = now ? now === "ascending" : th.classList.contains("n");
    chosen[nameOf(table)] = { at: at, down: down };
    last = nameOf(table) + at;
    order(table, at, down);
  });
  document.addEventListener("focusin", function (e) {
    var button = e.target.closest("th .sort");
    last = button ? nameOf(button.closest("table")) + button.dataset.at : "";
  });
  document.addEventListener("pointerdown", function (e) { if (!e.target.closest("th .sort")) last = ""; });
  new MutationObserver(prepareAll).observe(document.body, { childList: true, subtree: true });
  prepareAll();
})();
