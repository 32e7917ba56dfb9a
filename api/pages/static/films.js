"use strict";
// The window of each film (a straight line from stored to shown brightness, in the browser only),
// and what is laid over it. Without this script the film and every number are there all the same.
(() => {
  for (const figure of document.querySelectorAll("figure[data-film]")) {
    const film = figure.querySelector("svg.film");
    const ramps = film.querySelectorAll("filter feFuncR, filter feFuncG, filter feFuncB");
    const controls = figure.querySelector(".window");
    const level = controls.querySelector("[name=brightness]");
    const contrast = controls.querySelector("[name=contrast]");
    const invert = controls.querySelector("[name=invert]");
    controls.hidden = false;
    film.classList.add("live");

    function show() {
      const sign = invert.checked ? -1 : 1;
      const slope = sign * 2 ** (Number(contrast.value) / 25);
      const middle = 0.5 + Number(level.value) / 100;
      // Mid-grey of the film goes to `middle`; slope and direction turn around it.
      for (const ramp of ramps) {
        ramp.setAttribute("slope", slope);
        ramp.setAttribute("intercept", middle - slope * 0.5);
      }
    }

    function reset() {
      level.value = 0;
      contrast.value = 0;
      invert.checked = false;
      show();
    }

    controls.addEventListener("input", show);
    controls.querySelector("button").addEventListener("click", reset);
    film.addEventListener("dblclick", reset);
    // As at a reading station: sideways is contrast, up and down brightness.
    film.addEventListener("pointermove", (event) => {
      if (!(event.buttons & 1) || event.pointerType === "touch") return;
      contrast.value = Number(contrast.value) + event.movementX / 4;
      level.value = Number(level.value) - event.movementY / 4;
      show();
    });
    film.addEventListener("dragstart", (event) => event.preventDefault());
    show(); // a browser may have kept the sliders
  }

  for (const link of document.querySelectorAll('a[href="#use"]')) {
    link.addEventListener("click", () => {
      document.getElementById("use").open = true;
    });
  }

  for (const button of document.querySelectorAll("button[data-overlay]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      for (const part of document.querySelectorAll(`[data-of="${button.dataset.overlay}"]`)) {
        part.classList.toggle("shown", on);
      }
    });
  }
})();
