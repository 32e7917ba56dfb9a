"use strict";
// Text, findings and reasons speak of a finding by its number (data-findings): choosing one
// lights the others. Without this script every link still leads to its place.
(() => {
  const every = Array.from(document.querySelectorAll("[data-findings]"));
  const status = document.getElementById("lit-status");
  const keys = (element) => (element.dataset.findings || "").split(" ").filter(Boolean);
  let lit = "";

  function light(chosen) {
    lit = chosen.join(" ");
    let reasons = 0;
    for (const element of every) {
      const on = keys(element).some((key) => chosen.includes(key));
      element.classList.toggle("lit", on);
      if (on && element.classList.contains("reason")) reasons += 1;
    }
    if (status) status.textContent = lit ? `Marked in the text; reasons marked: ${reasons}.` : "";
  }

  function reveal(element) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }

  function firstReason(chosen) {
    const all = every.filter(
      (e) => e.classList.contains("reason") && keys(e).some((key) => chosen.includes(key)),
    );
    const telling = all.filter((e) => !e.closest(".nil"));
    const open = telling.find((e) => e.parentElement.closest("details").open);
    const reason = open || telling[0] || all[0];
    let around = reason && reason.parentElement.closest("details");
    while (around) {
      around.open = true;
      around = around.parentElement.closest("details");
    }
    return reason;
  }

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("a.mark, a.box");
    if (mark) {
      const chosen = keys(mark);
      if (chosen.join(" ") === lit) {
        event.preventDefault();
        light([]);
        return;
      }
      light(chosen);
      const reason = firstReason(chosen);
      if (reason) {
        event.preventDefault();
        reveal(reason);
      }
      return;
    }
    const summary = event.target.closest(".reason > summary");
    if (summary) {
      const chosen = keys(summary.parentElement);
      light(summary.parentElement.open ? [] : chosen);
      // Beside each other only on a wide screen; elsewhere the reader would be carried away.
      if (!summary.parentElement.open && window.matchMedia("(min-width: 64rem)").matches) {
        const first = document.querySelector(".ledger a.mark.lit, .ledger a.box.lit, .ledger tr.lit");
        if (first) reveal(first);
      }
      return;
    }
    const place = event.target.closest("a.go, a.badge");
    const of = place && place.closest("[data-findings]");
    if (of) light(keys(of));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    light([]);
    document.documentElement.classList.add("quiet");
  });
  // What Escape closed stays closed until another mark is pointed at.
  for (const kind of ["focusin", "pointerover"]) {
    document.addEventListener(kind, (event) => {
      if (event.target.closest("a.mark")) document.documentElement.classList.remove("quiet");
    });
  }

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = Array.from(document.querySelectorAll("details.diagnosis:not([open]), details.conflict:not([open])"));
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });

  for (const form of document.querySelectorAll("form.ask")) {
    const buttons = Array.from(form.querySelectorAll("button"), (b) => [b, b.textContent]);
    form.addEventListener("submit", (event) => {
      for (const [button] of buttons) button.disabled = true;
      const pressed = event.submitter || buttons[0][0];
      pressed.textContent = pressed.dataset.busy;
    });
    window.addEventListener("pageshow", () => {
      for (const [button, words] of buttons) {
        button.disabled = false;
        button.textContent = words;
      }
    });
  }
})();
