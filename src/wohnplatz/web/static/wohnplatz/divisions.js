// Comforts of plans: a click chooses an area or adds a point to the line. Lists and fields do the same without it.
(function () {
  "use strict";
  var plan = document.querySelector("[data-plan]");
  if (!plan) return;
  var svg = plan.querySelector("svg");
  var field = document.querySelector("[data-line]");
  var boxes = document.querySelectorAll("input[type=checkbox][name=gebiete], input[type=checkbox][name=block]");
  var select = document.querySelector("select[name=gebiet]");
  var west = Number(plan.dataset.west), north = Number(plan.dataset.north), metres = Number(plan.dataset.metres);

  function picked() {
    var keys = Array.prototype.filter.call(boxes, function (b) { return b.checked; }).map(function (b) { return b.value; });
    if (!boxes.length && select) keys = [select.value];
    plan.querySelectorAll("path[data-key]").forEach(function (path) {
      path.classList.toggle("wp-plan__area--picked", keys.indexOf(path.getAttribute("data-key")) >= 0);
    });
  }
  function place(event) {
    var point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [Math.round(west + point.x * metres), Math.round(north - point.y * metres)];
  }
  function draw() {
    var old = svg.querySelector(".wp-plan__line");
    if (old) old.remove();
    var points = field.value.split("\n").map(function (row) { return row.trim().replace(/,/g, ".").split(/[;\s]+/).map(Number); })
      .filter(function (p) { return p.length === 2 && isFinite(p[0]) && isFinite(p[1]); })
      .map(function (p) { return (p[0] - west) / metres + " " + (north - p[1]) / metres; });
    if (!points.length) return;
    var line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("class", "wp-plan__line");
    line.setAttribute("d", "M" + points.join("L") + (points.length === 1 ? "h.1" : ""));
    svg.appendChild(line);
  }
  if (field) {
    plan.classList.add("wp-plan--line");
    field.addEventListener("input", draw);
    draw();
  }
  svg.addEventListener("click", function (event) {
    if (field) {
      field.value = (field.value.trim() ? field.value.trim() + "\n" : "") + place(event).join(" ");
      draw();
      return;
    }
    var key = event.target.getAttribute && event.target.getAttribute("data-key");
    if (!key) return;
    var box = Array.prototype.find.call(boxes, function (b) { return b.value === key; });
    if (box) box.checked = !box.checked;
    else if (select) select.value = key;
    picked();
  });
  document.addEventListener("change", picked);
  picked();
})();
