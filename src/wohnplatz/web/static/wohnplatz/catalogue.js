// Names for formulas can be clicked to put them where the cursor stands. Without this they are read and typed.
(function () {
  "use strict";
  var form = document.getElementById("katalogform");
  var fields = form ? Array.prototype.slice.call(form.querySelectorAll("textarea[spellcheck=false]")) : [];
  if (!fields.length) return;
  var last = fields[0];
  fields.forEach(function (field) { field.addEventListener("focus", function () { last = field; }); });
  document.querySelectorAll("[data-einfuegen]").forEach(function (place) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "wp-code wp-mono";
    button.textContent = place.textContent;
    button.title = "In die Formel einfügen";
    button.addEventListener("click", function () {
      var text = place.dataset.einfuegen, start = last.selectionStart, end = last.selectionEnd;
      last.setRangeText(text, start, end, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
      last.focus();
    });
    place.replaceChildren(button);
  });
})();
