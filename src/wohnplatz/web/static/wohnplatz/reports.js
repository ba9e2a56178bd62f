// The editor of a text: toolbar, live preview, putting figures in at the cursor. Without it every button sends the form.
(function () {
  "use strict";
  var form = document.querySelector("[data-editor]");
  var field = form && form.querySelector("#id_markdown");
  if (!field) return;
  var stored = field.value, sending = false;

  function put(text, from, to) {
    field.focus();
    field.setRangeText(text, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function ask(address, place, extra) {
    var data = new FormData(form), turn = place.asked = (place.asked || 0) + 1;
    Object.keys(extra || {}).forEach(function (name) { data.set(name, extra[name]); });
    return fetch(address, { method: "POST", body: data, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error("no answer");
      return answer.text();
    }).then(function (page) { if (place.asked === turn) place.innerHTML = page; });  // an answer may be overtaken
  }

  var bar = form.querySelector(".wp-toolbar");
  if (bar && !field.readOnly) {
    bar.hidden = false;
    bar.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      var from = field.selectionStart, to = field.selectionEnd, chosen = field.value.slice(from, to);
      if (button.dataset.mark) {
        put(button.dataset.mark + chosen + button.dataset.mark, from, to);
        if (!chosen) field.setSelectionRange(from + button.dataset.mark.length, from + button.dataset.mark.length);
      } else if (button.dataset.line) {
        var start = field.value.lastIndexOf("\n", from - 1) + 1;
        var lines = field.value.slice(start, to).split("\n");
        put(lines.map(function (line) { return button.dataset.line + line; }).join("\n"), start, to);
      } else {
        put("[" + (chosen || "Linktext") + "](https://)", from, to);
      }
    });
  }

  var preview = form.querySelector("[data-preview-here]"), waiting = 0;
  field.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { ask(form.dataset.preview, preview).catch(function () {}); }, 600);
  });

  var offers = form.querySelector("[data-offers-here]");
  function show(extra) { return ask(form.dataset.offers, offers, extra).catch(function () {}); }
  form.addEventListener("change", function (event) {
    if (offers && event.target.matches("#id_z_indikator, #id_z_gebiet, #id_z_jahr") && form.elements.z_indikator.value) show();
  });
  form.addEventListener("click", function (event) {
    var button = event.target.closest("button[name=schritt]");
    if (!button) return;
    var at = button.value.indexOf(":"), step = at < 0 ? button.value : button.value.slice(0, at);
    if (step === "einfuegen") {
      event.preventDefault();
      var from = field.selectionStart, before = field.value.slice(0, from);
      put((before && !/\s$/.test(before) ? " " : "") + button.value.slice(at + 1), from, field.selectionEnd);
    } else if (step === "weg") {
      event.preventDefault();
      show({ schritt: button.value });
    } else if (step === "zahlen") {
      event.preventDefault();
      show();
    } else if (step === "ansehen") {
      event.preventDefault();
      ask(form.dataset.preview, preview).catch(function () { sending = true; form.submit(); });
    }
  });

  form.addEventListener("submit", function () { sending = true; });
  window.addEventListener("beforeunload", function (event) {
    if (!sending && field.value !== stored) event.preventDefault();
  });
})();
