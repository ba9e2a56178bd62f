// The map's comforts: a panel for the area under pointer or focus, arrow keys, zoom buttons.
// Without it every area is a link, the zoom is a list of links, and all figures stand in the table.
(function () {
  "use strict";
  var seen = new Map();
  var timer = 0;

  function keyOf(link) { return link.getAttribute("data-key") || ""; }
  function areaLink(target) { return target.closest ? target.closest("[data-map] a") : null; }

  function panelOf(map) { return (map.closest("figure") || document).querySelector("[data-map-panel]"); }

  function show(map, link) {
    var panel = panelOf(map);
    var key = keyOf(link);
    if (!panel || !key) return;
    var url = map.dataset.panel.replace("KEY", encodeURIComponent(key));
    panel.dataset.wanted = url;
    if (seen.has(url)) { panel.innerHTML = seen.get(url); return; }
    clearTimeout(timer);
    timer = setTimeout(function () {
      fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" })
        .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : Promise.reject(answer.status); })
        .then(function (html) {
          seen.set(url, html);
          if (panel.dataset.wanted === url) panel.innerHTML = html;
        })
        .catch(function () { if (panel.dataset.wanted === url) panel.textContent = link.getAttribute("aria-label") || ""; });
    }, 60);
  }

  function over(event) {
    var link = areaLink(event.target);
    if (link) show(link.closest("[data-map]"), link);
  }
  document.addEventListener("mouseover", over);
  document.addEventListener("focusin", over);

  // A finger cannot hover: the first tap shows the figure with its interval, the second opens the profile.
  var finger = false;
  var tapped = null;
  document.addEventListener("pointerdown", function (event) { finger = event.pointerType === "touch"; });
  document.addEventListener("click", function (event) {
    var link = areaLink(event.target);
    if (!finger || !link || !panelOf(link.closest("[data-map]"))) return;
    if (tapped === link) return;
    event.preventDefault();
    tapped = link;
    show(link.closest("[data-map]"), link);
  });

  // The slider says the year it stands on and shows it when it rests.
  var resting = 0;
  document.addEventListener("input", function (event) {
    var form = event.target.closest ? event.target.closest("[data-slide]") : null;
    if (!form || event.target.type !== "range") return;
    event.target.setAttribute("aria-valuetext", "Jahr " + event.target.value);
    form.querySelector("output").textContent = event.target.value;
    clearTimeout(resting);
    resting = setTimeout(function () { form.requestSubmit(); }, 350);
  });

  // In linked pictures the same area stands out in all of them.
  function together(event) {
    var place = event.target.closest ? event.target.closest("[data-linked]") : null;
    document.querySelectorAll("[data-linked] .is-same").forEach(function (other) { other.classList.remove("is-same"); });
    var mark = place ? event.target.closest("[data-key]") : null;
    if (!mark) return;
    place.querySelectorAll("[data-key]").forEach(function (other) {
      if (keyOf(other) === keyOf(mark)) other.classList.add("is-same");
    });
  }
  document.addEventListener("mouseover", together);
  document.addEventListener("focusin", together);

  // Arrow keys lead to the nearest area in that direction.
  var WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function middle(link) {
    var box = link.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  }
  document.addEventListener("keydown", function (event) {
    var link = areaLink(event.target);
    var way = WAYS[event.key];
    if (!link || !way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    var from = middle(link);
    var best = null;
    var least = Infinity;
    link.closest("[data-map]").querySelectorAll("a").forEach(function (other) {
      if (other === link) return;
      var to = middle(other);
      var dx = to[0] - from[0];
      var dy = to[1] - from[1];
      var along = dx * way[0] + dy * way[1];
      var aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      if (along <= 0 || aside > along * 1.5) return;
      var cost = along + 2 * aside;
      if (cost < least) { least = cost; best = other; }
    });
    if (best) best.focus();
  });

  function zoom(svg, factor) {
    var box = svg.viewBox.baseVal;
    if (!svg.dataset.whole) svg.dataset.whole = [box.x, box.y, box.width, box.height].join(" ");
    var whole = svg.dataset.whole.split(" ").map(Number);
    var width = Math.min(whole[2], Math.max(whole[2] / 12, box.width / factor));
    var height = width * whole[3] / whole[2];
    var focus = document.activeElement && svg.contains(document.activeElement) ? document.activeElement : null;
    var cx = box.x + box.width / 2;
    var cy = box.y + box.height / 2;
    if (focus && focus.getBBox) { var b = focus.getBBox(); cx = b.x + b.width / 2; cy = b.y + b.height / 2; }
    var x = Math.max(whole[0], Math.min(cx - width / 2, whole[0] + whole[2] - width));
    var y = Math.max(whole[1], Math.min(cy - height / 2, whole[1] + whole[3] - height));
    svg.setAttribute("viewBox", [x, y, width, height].join(" "));
  }

  function pan(svg) {
    var start = null;
    svg.addEventListener("pointerdown", function (event) {
      var box = svg.viewBox.baseVal;
      if (!svg.dataset.whole || event.pointerType === "touch") return;
      start = { x: event.clientX, y: event.clientY, bx: box.x, by: box.y, moved: false };
    });
    svg.addEventListener("pointermove", function (event) {
      if (!start) return;
      var box = svg.viewBox.baseVal;
      var scale = box.width / svg.getBoundingClientRect().width;
      var dx = event.clientX - start.x;
      var dy = event.clientY - start.y;
      if (Math.abs(dx) + Math.abs(dy) > 4) start.moved = true;
      if (!start.moved) return;
      var whole = svg.dataset.whole.split(" ").map(Number);
      var x = Math.max(whole[0], Math.min(start.bx - dx * scale, whole[0] + whole[2] - box.width));
      var y = Math.max(whole[1], Math.min(start.by - dy * scale, whole[1] + whole[3] - box.height));
      svg.setAttribute("viewBox", [x, y, box.width, box.height].join(" "));
    });
    svg.addEventListener("click", function (event) {
      if (start && start.moved) event.preventDefault();
      start = null;
    }, true);
    svg.addEventListener("dragstart", function (event) { event.preventDefault(); });
    window.addEventListener("pointerup", function () { setTimeout(function () { start = null; }, 0); });
  }

  function equip(map) {
    var svg = map.querySelector("svg");
    if (!svg || map.dataset.ready) return;
    map.dataset.ready = "1";
    var tools = document.createElement("div");
    tools.className = "wp-map__tools";
    [["+", "Karte vergrößern", 1.6], ["\u2212", "Karte verkleinern", 1 / 1.6]].forEach(function (tool) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = tool[0];
      button.setAttribute("aria-label", tool[1]);
      button.addEventListener("click", function () { zoom(svg, tool[2]); });
      tools.appendChild(button);
    });
    map.prepend(tools);
    pan(svg);
  }
  function equipAll() { document.querySelectorAll("[data-map]").forEach(equip); }
  equipAll();
  document.addEventListener("htmx:afterSettle", equipAll);
})();
