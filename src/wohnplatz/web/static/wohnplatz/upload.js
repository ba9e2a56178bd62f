// Handing in files: drag or pick, progress, and large ones in parts that go on after an interruption.
// Without it the form sends the file like any other form.
(function () {
  "use strict";
  var HASHED = 256 * 1024 * 1024, TRIES = 6;
  document.querySelectorAll("form[data-drop]").forEach(function (form) {
    var input = form.querySelector("input[type=file]"), state = form.querySelector(".wp-drop__state");
    var button = form.querySelector("button[type=submit]");
    var token = form.querySelector("input[name=csrfmiddlewaretoken]").value;
    var hint = document.createElement("p");
    hint.className = "kern-body";
    hint.textContent = input.multiple ? "Ziehen Sie Ihre Dateien hierher oder wählen Sie sie aus." : "Ziehen Sie Ihre Datei hierher oder wählen Sie sie aus.";
    form.prepend(hint);

    ["dragenter", "dragover"].forEach(function (name) {
      form.addEventListener(name, function (event) { event.preventDefault(); form.classList.add("wp-drop--over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      form.addEventListener(name, function (event) { event.preventDefault(); form.classList.remove("wp-drop--over"); });
    });
    form.addEventListener("drop", function (event) {
      if (!event.dataTransfer || !event.dataTransfer.files.length) return;
      if (!input.multiple && event.dataTransfer.files.length > 1) { say("Hier gehört eine Datei zu einer Lieferrunde. Mehrere auf einmal reichen Sie unter „Lieferungen“ ein."); return; }
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    input.addEventListener("change", function () { say(words(input.files)); });
    form.addEventListener("submit", function (event) {
      var files = input.files;
      if (!files.length) return;
      if (!form.dataset.begin || files.length > 1) { say("Wird übertragen und gelesen …"); return; }
      event.preventDefault();
      inParts(files[0]);
    });

    function size(bytes) { return (bytes / 1048576).toLocaleString("de-DE", { maximumFractionDigits: 1 }) + " MB"; }
    function words(files) {
      return Array.prototype.map.call(files, function (file) { return file.name + " (" + size(file.size) + ")"; }).join(", ");
    }
    function say(text) { state.textContent = text; }
    function bar(label) {
      state.textContent = "";
      var line = document.createElement("label"), progress = document.createElement("progress");
      line.textContent = label; line.htmlFor = "uebertragung";
      progress.id = "uebertragung"; progress.className = "kern-progress"; progress.max = 100;
      state.append(line, progress);
      return function (share, text) { if (share === null) progress.removeAttribute("value"); else progress.value = share; if (text) line.textContent = text; };
    }
    function ready() { button.disabled = false; button.removeAttribute("aria-disabled"); }

    function post(url, body) {
      return fetch(url, { method: "POST", body: body, headers: { "X-CSRFToken": token }, credentials: "same-origin" }).then(function (answer) {
        return answer.json().catch(function () { throw new Error("network"); }).then(function (found) {
          if (answer.ok) return found;
          var refused = new Error(found.error || "network");
          refused.said = found.error; refused.url = found.url;
          throw refused;
        });
      });
    }
    function checksum(file) {
      if (!window.crypto || !crypto.subtle || file.size > HASHED) return Promise.resolve("");
      return file.arrayBuffer().then(function (data) { return crypto.subtle.digest("SHA-256", data); }).then(function (sum) {
        return Array.prototype.map.call(new Uint8Array(sum), function (b) { return b.toString(16).padStart(2, "0"); }).join("");
      });
    }
    function wait(seconds) { return new Promise(function (done) { setTimeout(done, 1000 * seconds); }); }
    function inParts(file) {
      var show = bar("Wird vorbereitet");
      checksum(file).then(function (sha) {
        var data = new FormData();
        data.append("name", file.name); data.append("groesse", file.size); data.append("sha", sha);
        return post(form.dataset.begin, data);
      }).then(function (found) {
        var failed = 0;
        if (found.received) show(100 * found.received / file.size, "Geht weiter bei " + size(found.received));
        function next(at) {
          show(100 * at / file.size, size(at) + " von " + size(file.size) + " übertragen");
          if (at >= file.size) { show(null, "Wird übernommen"); return post(found.finish, new FormData()); }
          return post(found.append + "?ab=" + at, file.slice(at, at + found.part)).then(
            function (answer) { failed = 0; return next(answer.received); },
            function (error) {
              failed += 1;
              if (failed > TRIES) throw error;
              show(100 * at / file.size, "Die Verbindung stockt, es geht gleich weiter");
              return wait(failed).then(function () {
                return fetch(found.append, { credentials: "same-origin" }).then(function (a) { return a.json(); }).then(function (now) { return next(now.received); }, function () { return next(at); });
              });
            });
        }
        return next(found.received);
      }).then(function (done) { location.assign(done.url); }).catch(function (error) {
        if (error.url) { location.assign(error.url); return; }
        say(error.said || "Die Verbindung ist abgebrochen. Reichen Sie dieselbe Datei noch einmal ein: Es geht dort weiter, wo es aufgehört hat.");
        ready();
      });
    }
  });
})();
