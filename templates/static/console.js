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
    var focus = document.activeElement, at = focus && live.contains(focus) && focus.getAttribute("aria-labelledby");
    live.innerHTML = JSON.parse(e.data);
    if (at) { var again = live.querySelector("[aria-labelledby=" + at + "]"); if (again) again.focus(); }
  };
  window.addEventListener("pagehide", function () { source.close(); });
})();
