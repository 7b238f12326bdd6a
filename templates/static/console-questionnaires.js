/* Questionnaires: numbers beside the lines of the editor, going to the line of an error, ready questions at the cursor.
   Without this file the editor is a field, and a ready question goes to the end of the text. */
(function () {
  "use strict";
  var source = document.getElementById("source"), gutter = document.getElementById("gutter"), count = 0;
  if (!source || !gutter) return;

  function number() {
    var n = source.value.split("\n").length, text = "";
    if (n !== count) {
      for (var i = 1; i <= n; i++) text += i + "\n";
      gutter.textContent = text;
      count = n;
    }
    gutter.style.height = source.offsetHeight - 2 + "px";
    gutter.scrollTop = source.scrollTop;
  }
  // go puts the cursor on a line and the line into sight.
  function go(line) {
    var lines = source.value.split("\n"), at = 0;
    for (var i = 0; i < line - 1 && i < lines.length; i++) at += lines[i].length + 1;
    source.focus();
    source.setSelectionRange(at, at + (lines[line - 1] || "").length);
    source.scrollTop = Math.max(0, (line - 6) * (source.scrollHeight / lines.length));
    source.scrollLeft = 0;
    source.scrollIntoView({ block: "nearest" });
    number();
  }
  gutter.hidden = false;
  number();
  source.addEventListener("input", number);
  source.addEventListener("scroll", function () { gutter.scrollTop = source.scrollTop; });
  if (window.ResizeObserver) new ResizeObserver(number).observe(source);

  document.addEventListener("click", function (e) {
    var link = e.target.closest("[data-line]"), button = e.target.closest("[data-snippet]");
    if (link) {
      e.preventDefault();
      go(Number(link.dataset.line));
    } else if (button) {
      e.preventDefault();
      insert(button.dataset.snippet);
    }
  });
  // insert puts a ready question before the question that follows the cursor.
  function insert(text) {
    var lines = source.value.split("\n"), line = source.value.slice(0, source.selectionStart).split("\n").length;
    var at = lines.length;
    for (var i = line; i < lines.length; i++) if (/^\s*- name:/.test(lines[i])) { at = i; break; }
    while (at > 0 && /^\s*(#.*)?$/.test(lines[at - 1])) at--;
    lines.splice.apply(lines, [at, 0, ""].concat(text.replace(/\n+$/, "").split("\n")));
    source.value = lines.join("\n");
    go(at + 2);
    source.dispatchEvent(new Event("input", { bubbles: true }));
  }
  var asked = new URLSearchParams(location.search).get("line");
  if (asked) go(Number(asked));
})();
