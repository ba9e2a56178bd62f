// Small comforts of every page. Nothing here is needed to use it.
(function () {
  "use strict";
  // Forms that show other figures send themselves when a choice changes; their button stays for everybody else.
  document.addEventListener("change", function (event) {
    var form = event.target.closest ? event.target.closest("form[data-auto]") : null;
    if (form && event.target.matches("select, input[type=checkbox]")) form.requestSubmit();
  });
  // A sent form cannot be sent twice.
  document.addEventListener("submit", function (event) {
    if (event.target.method !== "post") return;
    var button = event.submitter || event.target.querySelector("button[type=submit]");
    if (button) setTimeout(function () { button.setAttribute("aria-disabled", "true"); button.disabled = true; }, 0);
  });
  var summary = document.getElementById("fehler");
  if (summary) summary.focus();
})();
