// The form to type into: keys to move, a block from Excel, a draft kept as one goes. All of it works without.
(function () {
  "use strict";
  var form = document.getElementById("eingabe");
  if (!form) return;
  var stand = document.getElementById("eingabe-stand");
  var waiting = null, sending = false, again = false;

  function place(input) {
    var cell = input.closest("td"), row = cell.parentElement;
    return { cell: cell.cellIndex, row: row.sectionRowIndex, body: row.parentElement };
  }
  function at(body, row, cell) {
    var line = body.rows[row];
    return line && line.cells[cell] ? line.cells[cell].querySelector("input") : null;
  }
  function go(input, down, right) {
    var p = place(input), next = at(p.body, p.row + down, p.cell + right);
    if (next) { next.focus(); next.select(); }
    return next;
  }
  form.addEventListener("keydown", function (event) {
    var input = event.target;
    if (!input.matches || !input.matches(".wp-grid__input")) return;
    var start = input.selectionStart === 0 && input.selectionEnd === input.selectionStart;
    var end = input.selectionStart === input.value.length && input.selectionEnd === input.value.length;
    var all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    if (event.key === "Enter") {
      event.preventDefault();
      if (!go(input, event.shiftKey ? -1 : 1, 0) && !event.shiftKey) {
        var p = place(input), top = at(p.body, 0, p.cell + 1);
        if (top) { top.focus(); top.select(); }
      }
    } else if (event.key === "ArrowDown") { if (go(input, 1, 0)) event.preventDefault(); }
    else if (event.key === "ArrowUp") { if (go(input, -1, 0)) event.preventDefault(); }
    else if (event.key === "ArrowRight" && (end || all)) { if (go(input, 0, 1)) event.preventDefault(); }
    else if (event.key === "ArrowLeft" && (start || all)) { if (go(input, 0, -1)) event.preventDefault(); }
  });
  form.addEventListener("paste", function (event) {
    var input = event.target;
    if (!input.matches || !input.matches(".wp-grid__input")) return;
    var text = (event.clipboardData || window.clipboardData).getData("text");
    if (!/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    var p = place(input), left = 0, filled = 0;
    text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach(function (line, down) {
      line.split("\t").forEach(function (value, right) {
        var target = at(p.body, p.row + down, p.cell + right);
        if (!target) { left += 1; return; }
        target.value = value.trim();
        filled += 1;
      });
    });
    say(filled + " Werte eingefügt" + (left ? ", " + left + " passten nicht mehr in die Tabelle" : ""));
    later();
  });
  function say(text) { if (stand) stand.textContent = text; }
  function later() { clearTimeout(waiting); waiting = setTimeout(keep, 800); }
  function show(problems) {
    form.querySelectorAll(".wp-grid__input").forEach(function (input) {
      var said = document.getElementById(input.id + "-p"), text = problems[input.name] || "";
      if (!text && said.textContent === "noch nicht ausgefüllt" && !input.value.trim()) return;
      said.textContent = text;
      input.classList.toggle("kern-form-input__input--error", Boolean(text));
      if (text) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
    });
  }
  function keep() {
    if (sending) { again = true; return; }
    sending = true;
    fetch(form.dataset.keep, { method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "error" })
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
      .then(function (found) { show(found.problems); say(found.progress + ", gesichert"); })
      .catch(function () { say("Nicht gesichert: Die Verbindung fehlt oder die Anmeldung ist abgelaufen. Die Felder bleiben stehen."); })
      .finally(function () { sending = false; if (again) { again = false; keep(); } });
  }
  form.addEventListener("input", later);
  form.addEventListener("submit", function () { clearTimeout(waiting); again = false; });  // a draft must not come after
})();
