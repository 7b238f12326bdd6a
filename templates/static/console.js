/* Canvass: keeps the part of a screen that changes fresh while it is looked at. Without this file the page is loaded
   again every half minute. */
(function () {
  "use strict";
  var live = document.getElementById("live");
  if (!live || !live.dataset.live || !window.EventSource) return;
  var last = "";
  var source = new EventSource(live.dataset.live);
  source.onmessage = function (e) {
    if (e.data === last) return;
    last = e.data;
    var focus = document.activeElement, inside = focus && live.contains(focus), name, again;
    if (inside) name = focus.getAttribute("aria-labelledby") ? "aria-labelledby" : focus.getAttribute("href") ? "href" : "";
    var at = name && focus.getAttribute(name), open = live.querySelector("details[open]");
    live.innerHTML = JSON.parse(e.data);
    if (open) { var fold = live.querySelector("details"); if (fold) fold.open = true; }
    if (at) { again = live.querySelector("[" + name + "=" + CSS.escape(at) + "]"); if (again) again.focus({ preventScroll: true }); }
    tell();
  };
  /* What is read out by a screen reader: one sentence, when it changed, and not more often than every 15 seconds. */
  var said = document.getElementById("said"), spoken = Date.now(), first = saying();
  function saying() { var p = live.querySelector("[data-say]"); return p ? p.dataset.say : ""; }
  function tell() {
    var now = saying();
    if (!said || !now || now === first || now === said.textContent || Date.now() - spoken < 15000) return;
    spoken = Date.now();
    said.textContent = now;
  }
  window.addEventListener("pagehide", function () { source.close(); });
})();
