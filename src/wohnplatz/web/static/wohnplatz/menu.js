// Folds the navigation on small screens before the page is painted; without JavaScript it stays open.
(function () {
  "use strict";
  var fold = document.querySelector(".wp-nav__fold");
  if (!fold || !window.matchMedia) return;
  var narrow = window.matchMedia("(max-width: 767px)");
  function apply() { fold.open = !narrow.matches; }
  apply();
  narrow.addEventListener("change", apply);
})();
