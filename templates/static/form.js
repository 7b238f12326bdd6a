/* Canvass: saves each answer as it is given, and waits out a lost connection. The form does all that it does without
   this file: nothing is shown, hidden or checked here. What is not sent yet stands in this tab's sessionStorage under
   the path of the page, and is taken out when it is sent. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-shown]"), line = document.getElementById("saved");
  if (!form || !line || !form.elements.page || !window.fetch || !window.URLSearchParams) return;
  var key = location.pathname, opened = Date.now(), names = form.elements.page.value.split(",");
  var waiting = load(), given = {}; // question → what was answered; not sent yet, and last
  var busy = false, lost = false, over = false, tries = 0, wanted = null, retry, pause, typed;

  function load() {
    try { return JSON.parse(sessionStorage.getItem(key)) || {}; } catch (e) { return {}; }
  }
  function keep() {
    try {
      if (Object.keys(waiting).length) sessionStorage.setItem(key, JSON.stringify(waiting));
      else sessionStorage.removeItem(key);
    } catch (e) { /* no storage: memory has it */ }
  }
  // tell says how things stand, in the page's words and only when that changes.
  function tell(state) {
    if (line.getAttribute("data-state") === state) return;
    line.setAttribute("data-state", state);
    line.textContent = line.getAttribute("data-" + state);
  }

  // owner is the question that a field belongs to: its own, or the words beside one of its choices.
  function owner(field) {
    var best = "";
    names.forEach(function (n) {
      if ((field.name === n || field.name.indexOf(n + "_") === 0) && n.length > best.length) best = n;
    });
    return best;
  }
  function fields(q) {
    return [].filter.call(form.elements, function (f) { return f.name && f.type !== "hidden" && f.type !== "submit" && f.type !== "file" && owner(f) === q; });
  }
  function ticks(f) { return f.type === "radio" || f.type === "checkbox"; }
  function values(q) {
    return fields(q).filter(function (f) { return !ticks(f) || f.checked; }).map(function (f) { return [f.name, f.value]; });
  }

  // note keeps what was answered to q, with how long after the page was written; send sends the oldest, one at a time.
  function note(q) {
    var v = values(q), text = JSON.stringify(v);
    if (!q || over || given[q] === text) return;
    given[q] = text;
    waiting[q] = { v: v, n: form.elements.nonce ? form.elements.nonce.value : "", shown: form.getAttribute("data-shown"), after: Date.now() - opened };
    keep();
  }
  function send() {
    var q = Object.keys(waiting)[0];
    if (busy) return;
    if (over || !q) return done();
    clearTimeout(retry);
    busy = true;
    var e = waiting[q], body = new URLSearchParams(), stop = window.AbortController ? new AbortController() : null;
    [["do", "save"], ["page", q], ["nonce", e.n], ["shown", e.shown], ["after", e.after]].concat(e.v).forEach(function (f) { body.append(f[0], f[1]); });
    var clock = setTimeout(function () { if (stop) stop.abort(); }, 15000);
    fetch(form.getAttribute("action"), { method: "POST", body: body, credentials: "omit", keepalive: true, signal: stop ? stop.signal : undefined })
      .then(function (r) { return r.status; }, function () { return 0; })
      .then(function (status) { clearTimeout(clock); busy = false; answered(q, e, status); });
  }
  function answered(q, e, status) {
    if (status === 0 || status === 429 || status >= 500) {
      lost = true;
      tell("waiting");
      retry = setTimeout(send, Math.min(30000, 2000 * Math.pow(2, tries++)));
      return;
    }
    lost = false; tries = 0;
    if (waiting[q] === e) delete waiting[q];
    if (status === 204 || status === 422 || status === 413) tell(status === 204 ? "kept" : "later");
    else { over = true; waiting = {}; tell("refused"); }
    keep();
    send();
  }
  // A file goes off by itself as soon as it is chosen, and stands then as a box among those that were sent. Until it has
  // gone, this page has it and nobody else: what it is and may be is for the server to say.
  var files = [], sending = false, fileTries = 0, fileRetry;
  function about(input, text) { document.getElementById("s-" + input.name).textContent = text; }
  function boxes(input) { return fields(input.name).filter(function (f) { return f.checked; }); }
  function choose(input) {
    var say = input.getAttribute.bind(input), most = +say("data-most");
    var room = most === 1 ? 1 : most - boxes(input).length - files.filter(function (f) { return f.input === input; }).length;
    [].forEach.call(input.files, function (file) {
      if (room-- <= 0) about(input, say("data-many"));
      else files.push({ input: input, file: file });
    });
    input.value = ""; // the page's own button must not send them again
    attach();
  }
  function attach() {
    var f = files[0];
    if (sending || over || !f) return;
    clearTimeout(fileRetry);
    sending = true;
    about(f.input, f.input.getAttribute("data-sending"));
    smaller(f, function () {
      if (f.file.size <= +f.input.getAttribute("data-size")) return post(f);
      sending = false;
      files.shift();
      attach();
      about(f.input, f.input.getAttribute("data-large"));
    });
  }
  // A big photo is made smaller here, once, and turned the right way: a slow line carries a tenth of it. Whatever this
  // browser cannot do leaves the file as it is.
  function smaller(f, then) {
    if (f.tried || f.file.size < 7e5 || !/^image\/(jpeg|png|webp)$/.test(f.file.type) || !window.createImageBitmap) return then();
    f.tried = true;
    createImageBitmap(f.file, { imageOrientation: "from-image" }).then(function (photo) {
      var scale = Math.min(1, 2048 / Math.max(photo.width, photo.height)), sheet = document.createElement("canvas");
      sheet.width = Math.round(photo.width * scale);
      sheet.height = Math.round(photo.height * scale);
      var g = sheet.getContext("2d");
      g.fillStyle = "#fff"; // behind what is transparent
      g.fillRect(0, 0, sheet.width, sheet.height);
      g.drawImage(photo, 0, 0, sheet.width, sheet.height);
      sheet.toBlob(function (made) {
        if (made && made.size < f.file.size) f.file = made;
        then();
      }, "image/jpeg", 0.85);
    }).catch(then);
  }
  function post(f) {
    var x = new XMLHttpRequest(), body = new FormData();
    [["do", "attach"], ["page", f.input.name], ["lang", form.elements.lang.value]].forEach(function (v) { body.append(v[0], v[1]); });
    boxes(f.input).forEach(function (b) { if (f.input.multiple) body.append(b.name, b.value); });
    body.append(f.input.name, f.file);
    x.open("POST", form.getAttribute("action"));
    x.upload.onprogress = function (e) { if (e.total) f.input.style.backgroundSize = Math.round(100 * e.loaded / e.total) + "% 100%"; };
    x.onloadend = function () { sending = false; f.input.style.backgroundSize = ""; attached(f, x); };
    x.send(body);
  }
  function attached(f, x) {
    var status = x.status, input = f.input;
    if (status === 0 || status === 429 || status >= 500) {
      about(input, input.getAttribute("data-waiting"));
      fileRetry = setTimeout(attach, Math.min(30000, 2000 * Math.pow(2, fileTries++)));
      return;
    }
    files.shift(); fileTries = 0;
    if (status === 200) add(input, JSON.parse(x.responseText));
    else if (status === 422) about(input, x.responseText);
    else if (status === 413) about(input, input.getAttribute("data-large"));
    else { over = true; files = []; about(input, ""); tell("refused"); }
    if (files.length) attach();
    else send();
  }
  function add(input, kept) {
    var list = input.parentNode.querySelector(".kept"), box, label, link, old = fields(input.name);
    if (!input.multiple) old.forEach(function (b) { b.checked = b.value === kept.id; });
    box = old.filter(function (b) { return b.value === kept.id; })[0];
    if (!box) {
      label = document.createElement("label"); label.className = "ans";
      box = document.createElement("input"); box.type = "checkbox"; box.name = input.name; box.value = kept.id;
      label.appendChild(box);
      label.appendChild(document.createElement("span")).textContent = kept.label;
      list.appendChild(document.createElement("div")).appendChild(label);
    }
    box.checked = true;
    document.getElementById("k-" + input.name).hidden = false;
    about(input, input.getAttribute("data-sent"));
    note(input.name);
  }

  // done goes on with a press that had to wait.
  function done() {
    if (files.length) return;
    var b = wanted;
    wanted = null;
    if (b && !lost) b.click();
  }

  function settle() { clearTimeout(pause); if (typed) note(typed); typed = null; send(); }
  function text(e) {
    if (e.isComposing || ticks(e.target) || e.target.type === "file") return; // a syllable under way is not yet a word
    clearTimeout(pause);
    if (typed && typed !== owner(e.target)) note(typed);
    typed = owner(e.target);
    pause = setTimeout(settle, 1500);
  }
  form.addEventListener("input", text);
  form.addEventListener("compositionend", function (e) { text({ target: e.target }); });
  form.addEventListener("change", function (e) {
    if (e.target.type === "file") return choose(e.target);
    typed = owner(e.target); settle();
  });
  form.addEventListener("submit", function (e) {
    if (over || !files.length && !lost && navigator.onLine !== false) return;
    // Without a connection the press would end at the browser's own error page. It waits here.
    e.preventDefault();
    wanted = e.submitter || document.activeElement;
    names.forEach(function (q) { if (values(q).length) note(q); });
    if (files.length) {
      document.getElementById("s-" + files[0].input.name).scrollIntoView({ block: "nearest" });
      return attach();
    }
    tell("waiting");
    line.scrollIntoView({ block: "nearest" });
    if (navigator.onLine !== false) send();
  });
  window.addEventListener("online", function () { tries = fileTries = 0; lost = false; send(); attach(); });
  window.addEventListener("pageshow", function (e) { if (e.persisted) send(); });
  document.addEventListener("visibilitychange", settle);
  window.addEventListener("pagehide", settle);

  // What an earlier page of this tab could not send is shown, if it is asked here, and sent.
  Object.keys(waiting).forEach(function (q) {
    if (names.indexOf(q) < 0) return;
    fields(q).forEach(function (f) {
      var said = waiting[q].v.filter(function (v) { return v[0] === f.name; }).map(function (v) { return v[1]; });
      if (ticks(f)) f.checked = said.indexOf(f.value) >= 0;
      else f.value = said[0] || "";
    });
  });
  send();
})();
