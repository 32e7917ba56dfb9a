"use strict";
// Draws the graph of the evidence with Cytoscape.js at the places that were worked out for it.
// What is shown of a box or a line is its entry in the list below, so nothing is written twice;
// without this script, or without a canvas, the list says it all.
(() => {
  const canvas = document.querySelector(".graph-canvas");
  if (!canvas || typeof window.cytoscape !== "function") return;
  const data = JSON.parse(canvas.dataset.graphData);
  const drawing = canvas.closest(".graph-drawing");
  const list = drawing.parentElement.querySelector(".graph-list");
  const scroll = drawing.querySelector(".graph-scroll");
  const heads = drawing.querySelector(".graph-heads");
  const panel = drawing.querySelector(".graph-panel");
  const all = drawing.querySelector(".graph-all input");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  // Words stay legible on a small screen, where the drawing is wider than the window.
  const LEAST = 0.82;
  const MOST = 1.15;
  const BEND = 0.18;
  const BESIDE = 9;

  const strongest = Math.max(1, ...data.edges.map((e) => Math.abs(e.nats || 0)));
  const byId = new Map(data.nodes.map((n) => [n.id, n]));
  const signed = (value) => (value < 0 ? "\u2212" : "+") + Math.abs(value).toFixed(2);

  // A way that leaves its box nearly level and enters the other so, as Cytoscape asks for it:
  // shares of the straight line between the boxes, and distances from that.
  function bend(from, to, aside) {
    const dx = to.x - from.x - data.node_width;
    const dy = to.y - from.y;
    const long = Math.hypot(dx, dy) || 1;
    const level = dx * BEND;
    const share = (x, y) => (x * dx + y * dy) / (long * long);
    const off = (dy * level) / long;
    return {
      weights: `${share(level, 0)} ${share(dx - level, dy)}`,
      distances: `${aside - off} ${aside + off}`,
    };
  }

  function elements() {
    const out = new Set(data.nodes.filter((n) => n.aside).map((n) => n.id));
    const nodes = data.nodes.map((n) => ({
      group: "nodes",
      data: { id: n.id, text: n.lines.join("\n"), height: n.height },
      position: { x: n.x, y: n.y },
      classes: [n.column, n.kind, n.state || "", out.has(n.id) ? "aside" : ""].join(" "),
    }));
    const edges = data.edges.map((e) => {
      // Reasons between the same two boxes run beside each other.
      const same = data.edges.filter((o) => o.source === e.source && o.target === e.target);
      const aside = BESIDE * (same.indexOf(e) - (same.length - 1) / 2);
      const way = bend(byId.get(e.source), byId.get(e.target), aside);
      const moves = e.nats !== null;
      const other = !moves && e.state && e.state !== byId.get(e.target).state;
      return {
        group: "edges",
        data: {
          id: e.id,
          source: e.source,
          target: e.target,
          said: moves ? signed(e.nats) : other ? e.state : "",
          width: moves ? 1 + 7 * (Math.abs(e.nats) / strongest) : 1.2,
          weights: way.weights,
          distances: way.distances,
        },
        classes: [
          e.link,
          moves ? (e.nats > 0 ? "speaks-for" : "speaks-against") : "",
          e.match === "none" || other ? "broken" : "",
          out.has(e.source) || out.has(e.target) ? "aside" : "",
        ].join(" "),
      };
    });
    return [...nodes, ...edges];
  }

  function look() {
    const css = window.getComputedStyle(document.documentElement);
    const colour = (name) => css.getPropertyValue(`--${name}`).trim();
    const font = window.getComputedStyle(document.body).fontFamily;
    const state = (name, style) => ({
      selector: `node.${name}`,
      style: { "border-color": colour(`${name}-line`), "border-style": style, "background-color": colour(name) },
    });
    return [
      {
        selector: "node",
        style: {
          shape: "round-rectangle", width: data.node_width, height: "data(height)",
          label: "data(text)", "text-wrap": "wrap", "text-max-width": data.node_width,
          "text-valign": "center", "text-halign": "center", "line-height": 1.25,
          "font-family": font, "font-size": 12, color: colour("ink"),
          "background-color": colour("bg"), "border-width": 1.5, "border-color": colour("soft"),
        },
      },
      state("present", "solid"),
      state("absent", "dashed"),
      state("uncertain", "dotted"),
      state("undetermined", "double"),
      { selector: "node.undetermined", style: { "border-width": 3 } },
      { selector: "node.term", style: { "font-style": "italic", "background-color": colour("card"), shape: "rectangle" } },
      { selector: "node.disease", style: { "font-weight": "bold", "background-color": colour("card"), "border-color": colour("accent"), "border-width": 2 } },
      {
        selector: "edge",
        style: {
          "curve-style": "unbundled-bezier", "edge-distances": "endpoints",
          "control-point-weights": "data(weights)", "control-point-distances": "data(distances)",
          "source-endpoint": "50% 0", "target-endpoint": "-50% 0",
          width: "data(width)", "line-color": colour("soft"), opacity: 0.5,
          "font-family": font, "font-size": 11.5, color: colour("ink"),
          "text-background-color": colour("card"), "text-background-opacity": 1,
          "text-background-padding": 2,
        },
      },
      { selector: "edge.speaks-for", style: { "line-color": colour("for"), opacity: 0.75 } },
      { selector: "edge.speaks-against", style: { "line-color": colour("against"), opacity: 0.75 } },
      { selector: "edge.broken", style: { "line-style": "dashed", opacity: 0.4 } },
      { selector: "edge.near", style: { opacity: 1, "z-index-compare": "manual", "z-index": 8 } },
      { selector: "node.near", style: { "z-index-compare": "manual", "z-index": 9 } },
      { selector: "edge.told-middle", style: { label: "data(said)" } },
      { selector: "edge.told-start", style: { "source-label": "data(said)", "source-text-offset": 26 } },
      { selector: "edge.told-end", style: { "target-label": "data(said)", "target-text-offset": 26 } },
      { selector: "edge.seen_in.near", style: { width: 2.2 } },
      { selector: "node.chosen", style: { "border-color": colour("accent"), "border-width": 4 } },
      { selector: "edge.chosen", style: { "line-color": colour("accent") } },
      { selector: "node.faint", style: { opacity: 0.3 } },
      { selector: "edge.faint", style: { opacity: 0.07 } },
      { selector: ".hidden", style: { display: "none" } },
    ];
  }

  drawing.hidden = false;
  let cy;
  try {
    cy = window.cytoscape({
      container: canvas,
      elements: elements(),
      style: look(),
      layout: { name: "preset", fit: false },
      userZoomingEnabled: false,
      userPanningEnabled: false,
      boxSelectionEnabled: false,
      autoungrabify: true,
      autounselectify: true,
      pixelRatio: Math.min(window.devicePixelRatio || 1, 2),
    });
  } catch {
    drawing.hidden = true;
    return;
  }
  list.open = false;

  function fit() {
    const shown = !all || all.checked;
    cy.batch(() => cy.elements(".aside").toggleClass("hidden", !shown));
    const room = scroll.clientWidth;
    const zoom = Math.min(MOST, Math.max(LEAST, room / data.width));
    const wide = data.width * zoom;
    canvas.style.width = `${wide}px`;
    canvas.style.height = `${(shown ? data.height_all : data.height) * zoom}px`;
    heads.style.width = `${wide}px`;
    cy.resize();
    cy.viewport({ zoom, pan: { x: 0, y: 0 } });
  }
  fit();
  new ResizeObserver(fit).observe(scroll);
  if (all) all.addEventListener("change", fit);
  dark.addEventListener("change", () => cy.style(look()));
  // The page scrolls under a finger: Cytoscape, which would hold it still, hears nothing of the
  // way, and what ends such a way is no choice.
  let swept = false;
  canvas.addEventListener("touchstart", () => (swept = false), { passive: true, capture: true });
  canvas.addEventListener(
    "touchmove",
    (event) => {
      swept = true;
      event.stopPropagation();
    },
    { passive: true },
  );

  // What belongs to a reason: the finding it is of, and where that was seen.
  function around(chosen) {
    let near = chosen;
    const effects = chosen.isEdge() ? chosen : chosen.connectedEdges();
    near = near.union(effects);
    for (const edge of effects.toArray()) {
      const { finding, link } = data.edges.find((e) => e.id === edge.id());
      if (link !== "moves") continue;
      const from = cy.getElementById(finding);
      near = near.union(from);
      if (edge.source().id() !== finding) near = near.union(from.edgesTo(edge.source()));
      if (chosen.isEdge() || chosen.hasClass("disease")) near = near.union(from.connectedEdges(".seen_in"));
    }
    if (chosen.hasClass("finding") || chosen.hasClass("circumstance")) {
      for (const e of data.edges) if (e.finding === chosen.id()) near = near.union(cy.getElementById(e.id));
    }
    return near.union(near.edges().connectedNodes());
  }

  const entry = (id) => list.querySelector(`[data-graph="${id}"] > .graph-about`);

  function button(text, id) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", () => {
      choose(id);
      panel.focus({ preventScroll: true });
    });
    return made;
  }

  function name(id) {
    const { rank, label } = byId.get(id);
    return rank === null ? label : `${rank}. ${label}`;
  }

  // An edge as it is called at one of its ends: by the other.
  function named(edge, chosen) {
    if (edge.nats === null) return name(chosen === edge.source ? edge.target : edge.source);
    return `${signed(edge.nats)} ${name(chosen === edge.target ? edge.finding : edge.target)}`;
  }

  let chosen = null;
  function choose(id) {
    chosen = id;
    cy.elements().removeClass("chosen near faint told-start told-middle told-end");
    panel.replaceChildren();
    panel.hidden = id === null;
    if (id === null) return;
    const it = cy.getElementById(id);
    const near = around(it);
    cy.elements().not(near).addClass("faint");
    near.addClass("near");
    it.addClass("chosen");
    // Numbers stand where the lines are apart: at the far end from what was chosen.
    const reasons = near.edges(".moves");
    near.edges().not(reasons).addClass("told-middle");
    reasons.addClass(it.isEdge() ? "told-middle" : it.hasClass("disease") ? "told-start" : "told-end");
    const close = button("\u00d7", null);
    close.className = "graph-close";
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => canvas.focus({ preventScroll: true }));
    const about = entry(id).cloneNode(true);
    about.dataset.findings = entry(id).parentElement.dataset.findings;
    const joined = document.createElement("div");
    joined.className = "graph-joined";
    const edge = data.edges.find((e) => e.id === id);
    if (edge) {
      const ends = new Set([edge.finding || edge.source, edge.source, edge.target]);
      for (const end of ends) joined.append(button(name(end), end));
    } else {
      const own = data.edges.filter((e) => e.source === id || e.target === id || e.finding === id);
      own.sort((a, b) => Math.abs(b.nats || 0) - Math.abs(a.nats || 0));
      for (const e of own) joined.append(button(named(e, id), e.id));
    }
    panel.append(close, about, joined);
    panel.scrollTop = 0;
  }

  cy.on("tap", (event) => {
    if (swept) return;
    choose(event.target === cy ? null : event.target.id());
    canvas.focus({ preventScroll: true });
  });
  cy.on("mouseover", "node, edge", () => canvas.classList.add("pointing"));
  cy.on("mouseout", "node, edge", () => canvas.classList.remove("pointing"));

  function column(name) {
    return data.nodes
      .filter((n) => n.column === name && cy.getElementById(n.id).visible())
      .sort((a, b) => a.y - b.y);
  }

  function step(key) {
    const present = [...new Set(data.nodes.map((n) => n.column))];
    const at = byId.get(chosen);
    if (!at) return column("disease")[0];
    if (key === "ArrowUp" || key === "ArrowDown") {
      const here = column(at.column);
      return here[here.indexOf(at) + (key === "ArrowUp" ? -1 : 1)];
    }
    const right = key === "ArrowRight";
    const joined = data.edges
      .filter((e) => (right ? e.source : e.target) === at.id)
      .sort((a, b) => Math.abs(b.nats || 0) - Math.abs(a.nats || 0))
      .map((e) => byId.get(right ? e.target : e.source))
      .filter((n) => cy.getElementById(n.id).visible());
    if (joined.length) return joined[0];
    const beside = column(present[present.indexOf(at.column) + (right ? 1 : -1)]);
    return beside.sort((a, b) => Math.abs(a.y - at.y) - Math.abs(b.y - at.y))[0];
  }

  function reveal(node) {
    const zoom = cy.zoom();
    const box = canvas.getBoundingClientRect();
    const y = box.top + node.y * zoom;
    const room = window.innerHeight - (panel.hidden ? 0 : panel.offsetHeight);
    if (y < 60 || y > room - 60) window.scrollBy({ top: y - room / 2 });
    const x = node.x * zoom - scroll.clientWidth / 2;
    if (scroll.scrollWidth > scroll.clientWidth) scroll.scrollTo({ left: x });
  }

  canvas.addEventListener("keydown", (event) => {
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      const to = step(event.key);
      if (!to) return;
      choose(to.id);
      reveal(to);
    } else if (event.key === "Enter" && chosen) {
      event.preventDefault();
      panel.focus({ preventScroll: true });
    }
  });
  drawing.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || chosen === null) return;
    choose(null);
    canvas.focus({ preventScroll: true });
  });

  // A reason stands inside a diagnosis that may be closed.
  document.addEventListener("click", (event) => {
    const place = event.target.closest('.graph a[href^="#diagnosis-"]');
    if (!place) return;
    const diagnosis = document.getElementById(place.getAttribute("href").slice(1));
    if (!diagnosis) return;
    diagnosis.open = true;
    const key = place.dataset.reason;
    const reason = key && diagnosis.querySelector(`.reason[data-findings~="${key}"]`);
    if (!reason) return;
    event.preventDefault();
    reason.open = true;
    reason.scrollIntoView({ block: "center" });
    reason.querySelector("summary").focus({ preventScroll: true });
  });
})();
