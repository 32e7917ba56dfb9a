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
    const zoom = controls.querySelector("[name=zoom]");
    const boxes = controls.querySelector("[name=boxes]");
    const whole = film.viewBox.baseVal;
    const { width, height } = whole;
    const centre = { x: width / 2, y: height / 2 };
    controls.hidden = false;
    film.classList.add("live");
    if (zoom) film.setAttribute("tabindex", "0");

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

    // The part of the film that is shown never leaves its edges.
    function look() {
      const times = zoom ? Number(zoom.value) : 1;
      const half = { x: width / times / 2, y: height / times / 2 };
      centre.x = Math.min(Math.max(centre.x, half.x), width - half.x);
      centre.y = Math.min(Math.max(centre.y, half.y), height - half.y);
      whole.x = centre.x - half.x;
      whole.y = centre.y - half.y;
      whole.width = 2 * half.x;
      whole.height = 2 * half.y;
      film.classList.toggle("zoomed", times > 1);
    }

    function change() {
      show();
      look();
      if (boxes) {
        for (const box of film.querySelectorAll(".box")) {
          box.classList.toggle("shown", boxes.checked);
        }
      }
    }

    function reset() {
      level.value = 0;
      contrast.value = 0;
      invert.checked = false;
      if (zoom) zoom.value = 1;
      if (boxes) boxes.checked = true;
      change();
    }

    controls.addEventListener("input", change);
    controls.querySelector("button").addEventListener("click", reset);
    film.addEventListener("dblclick", reset);
    // As at a reading station: sideways is contrast, up and down brightness; what is enlarged is
    // moved by dragging, and brightness and contrast by their sliders.
    film.addEventListener("pointermove", (event) => {
      if (!(event.buttons & 1)) return;
      if (film.classList.contains("zoomed")) {
        const scale = whole.width / film.getBoundingClientRect().width;
        centre.x -= event.movementX * scale;
        centre.y -= event.movementY * scale;
        look();
        return;
      }
      if (event.pointerType === "touch") return;
      contrast.value = Number(contrast.value) + event.movementX / 4;
      level.value = Number(level.value) - event.movementY / 4;
      show();
    });
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    film.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (!step || !film.classList.contains("zoomed")) return;
      event.preventDefault();
      centre.x += step[0] * whole.width * 0.1;
      centre.y += step[1] * whole.height * 0.1;
      look();
    });
    film.addEventListener("dragstart", (event) => event.preventDefault());
    change(); // a browser may have kept the sliders
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
