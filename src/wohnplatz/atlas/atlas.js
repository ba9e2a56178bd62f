"use strict";
// Comfort only: every page works without. Nothing is fetched, nothing is stored.

(() => {
  const panel = document.querySelector("[data-panel]");
  if (!panel) return;
  const idle = panel.textContent;
  const say = (event) => {
    const area = event.target.closest(".map a[data-key]");
    if (area) panel.textContent = area.querySelector("title").textContent;
  };
  for (const map of document.querySelectorAll("figure.map")) {
    map.addEventListener("pointerover", say);
    map.addEventListener("focusin", say);
    map.addEventListener("pointerleave", () => { panel.textContent = idle; });
  }
})();

(() => {
  const form = document.querySelector("[data-search]");
  if (!form || !window.ATLAS) return;
  const field = form.elements.q, found = document.querySelector("[data-found]");
  const plain = (text) => text.toLowerCase().replace(/ß/g, "ss").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const index = window.ATLAS.map((entry) => ({ entry, name: plain(entry[0]), all: plain(entry.join(" ")) }));
  const rank = (item, words) => {
    if (!words.every((word) => item.all.includes(word))) return -1;
    return words.every((word) => item.name.includes(word)) ? (item.name.startsWith(words[0]) ? 2 : 1) : 0;
  };
  const show = () => {
    const words = plain(field.value.trim()).split(/\s+/).filter(Boolean);
    found.replaceChildren();
    if (!words.length) return;
    const hits = index.map((item) => [rank(item, words), item.entry]).filter(([points]) => points >= 0);
    hits.sort((a, b) => b[0] - a[0]);
    const head = document.createElement("h2");
    head.textContent = hits.length === 1 ? "1 Treffer" : `${hits.length} Treffer`;
    const list = document.createElement("ul");
    list.className = "hits";
    for (const [, [label, path, kind, more]] of hits.slice(0, 60)) {
      const row = document.createElement("li"), link = document.createElement("a"), note = document.createElement("span");
      link.href = `../${path}`;
      link.textContent = label;
      note.className = "quiet";
      note.textContent = more && more.length < 90 ? `${kind} · ${more}` : kind;
      row.append(link, " ", note);
      list.append(row);
    }
    found.append(head, list);
    if (!hits.length) {
      const hint = document.createElement("p");
      hint.textContent = "Bitte kürzer suchen, oder das Verzeichnis unten benutzen.";
      found.append(hint);
    }
  };
  field.value = new URLSearchParams(location.search).get("q") || "";
  field.addEventListener("input", show);
  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  show();
})();
