// Keeps a text on this device while it is written, and offers it again where it was not stored: the browser was
// closed, the machine went down. Only what was typed is kept, for this account, until it is stored or thrown away.
(function () {
  "use strict";
  var PREFIX = "wohnplatz-text:", DAYS = 30;
  var form = document.querySelector("form[data-keep]");
  var field = form && form.querySelector("textarea:not([hidden])");
  var offer = document.querySelector("[data-kept]");
  if (!field || !offer) return;
  var area = form.elements.area ? form.elements.area.value : "";
  var key = PREFIX + form.dataset.keep + ":" + location.pathname + ":" + area;
  var beside = form.dataset.keepWith.split(" ").filter(function (name) { return form.elements[name]; });
  var unsaved = "keepUnsaved" in form.dataset, stored = field.value, waiting = 0, blocked = false;

  function read(name) {
    try { return JSON.parse(localStorage.getItem(name)); } catch (error) { return null; }
  }
  function forget(name) {
    try { localStorage.removeItem(name); } catch (error) { /* nothing is kept then */ }
  }
  function keep() {
    window.clearTimeout(waiting);
    if (blocked || field.readOnly) return;
    if (!unsaved && field.value === stored) { forget(key); return; }
    var kept = { text: field.value, at: Date.now(), beside: {} };
    beside.forEach(function (name) { kept.beside[name] = form.elements[name].value; });
    try { localStorage.setItem(key, JSON.stringify(kept)); } catch (error) { /* full or switched off: as before */ }
  }
  function old() {
    for (var n = localStorage.length - 1; n >= 0; n -= 1) {
      var name = localStorage.key(n);
      if (name.indexOf(PREFIX) !== 0) continue;
      var kept = read(name);
      if (!kept || Date.now() - kept.at > DAYS * 86400000) forget(name);
    }
  }
  function done() {
    blocked = false;
    offer.hidden = true;
    field.focus();
  }

  try { old(); } catch (error) { return; }
  var kept = read(key);
  if (kept && kept.text === stored && !unsaved) { forget(key); kept = null; }
  if (unsaved) keep();
  else if (kept) {
    blocked = true;  // what is typed now must not take the place of what is offered
    var version = beside[0], changed = version && kept.beside[version] !== form.elements[version].value;
    offer.querySelector("[data-kept-when]").textContent =
      new Date(kept.at).toLocaleString("de-DE", { dateStyle: "medium", timeStyle: "short" });
    offer.querySelector("[data-kept-changed]").hidden = !changed;
    offer.querySelector("[data-kept-text]").textContent = kept.text;
    offer.querySelector("[data-kept-use]").hidden = field.readOnly;
    offer.hidden = false;
    offer.querySelector("[data-kept-use]").addEventListener("click", function () {
      beside.forEach(function (name) { if (name in kept.beside) form.elements[name].value = kept.beside[name]; });
      field.value = kept.text;
      done();
      field.dispatchEvent(new Event("input", { bubbles: true }));
      keep();
    });
    offer.querySelector("[data-kept-drop]").addEventListener("click", function () {
      forget(key);
      done();
      keep();
    });
  }
  field.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, 400);
  });
  window.addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", function () { if (document.hidden) keep(); });
})();
