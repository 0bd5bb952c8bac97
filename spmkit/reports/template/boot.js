// Draws the page's charts to its width and look, and gives each the table of its data.
// Without it the page is complete but for the charts.
(() => {
  "use strict";
  const PRINTED = 680; // px: what A4 leaves between its margins
  const SHOWN = 200; // rows of a chart's data
  const NARROW = 560; // px: below it charts that stand side by side stand below each other
  const root = document.documentElement;
  const plots = [...document.querySelectorAll(".plot")];
  const views = new Map();
  const system = matchMedia("(prefers-color-scheme: dark)");
  let content;

  const isDark = () => (root.dataset.look ? root.dataset.look === "dark" : system.matches);

  async function unpacked(id) {
    const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  // ---- a chart's specification, made to fit ----

  const walk = (node, visit) => {
    if (!node || typeof node !== "object") return;
    visit(node);
    Object.values(node).forEach((child) => walk(child, visit));
  };

  const recoloured = (node) => {
    if (typeof node === "string") return content.dark[node.toLowerCase()] ?? node;
    if (Array.isArray(node)) return node.map(recoloured);
    if (!node || typeof node !== "object") return node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, recoloured(value)]));
  };

  const rowsOf = (spec, name) => content.datasets[spec.datasets?.[name]] ?? [];

  const datasetsOf = (spec) => {
    const found = Object.keys(spec.datasets ?? {}).map((name) => rowsOf(spec, name));
    walk(spec, (node) => Array.isArray(node.data?.values) && found.push(node.data.values));
    return found.filter((rows) => rows.length);
  };

  // Names under a horizontal axis turn only where they would touch.
  function turnedLabels(spec, width) {
    const rows = datasetsOf(spec).flat();
    walk(spec, (node) => {
      const x = node.encoding?.x ?? (node.axis !== undefined || node.field ? null : node.x);
      if (!x?.field || !["nominal", "ordinal"].includes(x.type) || x.axis === null) return;
      const names = new Set(rows.map((row) => row[x.field]).filter((name) => name != null).map(String));
      const longest = Math.max(0, ...[...names].map((name) => Math.min(name.length, 24)));
      if (names.size * (longest * 6.4 + 10) < width - 40) return;
      x.axis = { ...x.axis, labelAngle: -40, labelAlign: "right", labelLimit: 120, labelOverlap: false };
    });
  }

  const columnsOf = (spec, width) => Math.max(1, Math.min(spec.columns ?? 99, Math.floor(width / 190)));

  function fitted(spec, width) {
    const parts = spec.hconcat ?? spec.vconcat ?? spec.concat;
    if (spec.hconcat && width < NARROW) {
      spec.vconcat = spec.hconcat;
      delete spec.hconcat;
    }
    if (parts) {
      const beside = spec.hconcat ? parts.length : spec.concat ? columnsOf(spec, width) : 1;
      if (spec.concat) spec.columns = beside;
      parts.forEach((part) => fitted(part, width / beside - (beside > 1 ? 24 : 0)));
      return spec;
    }
    if (spec.spec || spec.encoding?.facet) return faceted(spec, width);
    if (!spec.encoding?.column && !spec.encoding?.row) spec.width = Math.max(120, width - 70);
    return spec;
  }

  function faceted(spec, width) {
    const facet = spec.encoding?.facet ?? spec;
    const columns = columnsOf(facet, width);
    facet.columns = columns;
    (spec.spec ?? spec).width = Math.max(120, (width - 40) / columns - 24);
    return spec;
  }

  const isSingle = (spec) =>
    !["hconcat", "vconcat", "concat", "spec"].some((key) => spec[key]) &&
    !["facet", "row", "column"].some((key) => spec.encoding?.[key]);

  function prepared(number, width, dark, room) {
    let spec = structuredClone(content.charts[number]);
    turnedLabels(spec, width);
    if (room) spec.padding = { ...spec.config?.padding, right: (spec.config?.padding?.right ?? 0) + room };
    if (isSingle(spec)) Object.assign(spec, { width, autosize: { type: "fit-x", contains: "padding" } });
    else fitted(spec, width);
    if (width < NARROW) spec.config = { ...spec.config, legend: { ...spec.config?.legend, columns: Math.floor(width / 110) } };
    if (dark) spec = recoloured(spec);
    spec.background = "transparent";
    const names = Object.keys(spec.datasets ?? {});
    spec.datasets = Object.fromEntries(names.map((name) => [name, structuredClone(rowsOf(spec, name))]));
    return spec;
  }

  // ---- drawing ----

  const embedded = (plot, width, dark, room) =>
    vegaEmbed(plot, prepared(plot.dataset.chart, width, dark, room), {
      mode: "vega-lite", actions: false, ast: true, renderer: "svg", logLevel: 1,
      tooltip: { theme: "custom", maxHeight: 400 },
    });

  // Vega fits axes into the width, but not the words beside a bar: how far they stick out.
  function overhang(plot) {
    const picture = plot.querySelector("svg");
    const { right, width } = picture.getBoundingClientRect();
    const ends = [...picture.querySelectorAll("text")].map((text) => text.getBoundingClientRect().right);
    return (Math.max(right, ...ends) - right) * (picture.getAttribute("width") / width);
  }

  async function drawn(plot, width, dark) {
    let result = await embedded(plot, width, dark, 0);
    if (!isSingle(content.charts[plot.dataset.chart])) return result;
    for (let room = 0, missing = overhang(plot); missing > 0 && room < width / 4; missing = overhang(plot)) {
      result.finalize();
      room += Math.ceil(missing) + 2; // px: no letter at the very edge
      result = await embedded(plot, width, dark, room);
    }
    return result;
  }

  async function draw(plot, width, dark) {
    if (width < 40) return;
    plot.dataset.width = width;
    try {
      const result = await drawn(plot, width, dark);
      views.get(plot)?.finalize();
      views.set(plot, result);
      plot.dataset.drawn = dark ? "dark" : "light";
    } catch (error) {
      plot.textContent = "This chart could not be drawn; its data are below.";
      plot.dataset.drawn = "failed";
      console.error(error);
    }
  }

  const drawAll = () => Promise.all(plots.map((plot) => draw(plot, plot.clientWidth, isDark())));

  // Printing is always light, and as wide as the sheet: drawn anew, and put back after.
  const drawPrinted = () =>
    plots.forEach((plot) => draw(plot, plot.closest(".two") ? (PRINTED - 27) / 2 : PRINTED, false));

  function keepWidth() {
    let waiting = 0;
    const watcher = new ResizeObserver(() => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() =>
        plots
          .filter((plot) => Math.abs(plot.clientWidth - plot.dataset.width) > 1 && !matchMedia("print").matches)
          .forEach((plot) => draw(plot, plot.clientWidth, isDark())),
      );
    });
    plots.forEach((plot) => watcher.observe(plot));
  }

  // ---- the data of a chart as a table ----

  // What an encoding says of a field: its title and how it prints.
  function worded(spec) {
    const said = new Map();
    const formats = new Map(); // fields that share an axis print alike
    walk(spec, (node) =>
      Object.entries(node.encoding ?? {}).forEach(([channel, { field, title, format, type, axis, legend } = {}]) => {
        if (typeof field !== "string") return;
        const side = /^[xy]/.exec(channel)?.[0] ?? channel + field;
        const before = said.get(field) ?? { side };
        formats.set(side, formats.get(side) ?? format ?? axis?.format ?? legend?.format);
        said.set(field, { side: before.side, title: before.title || title || axis?.title || legend?.title, type: before.type ?? type });
      }),
    );
    said.forEach((how) => (how.format = formats.get(how.side)));
    return said;
  }

  function printed(value, how) {
    if (value === null || value === undefined) return "–";
    if (how?.type === "temporal") return new Date(value).toISOString().slice(0, 10);
    if (typeof value !== "number") return String(value);
    const share = /\.?(\d*)%$/.exec(how?.format ?? "");
    if (share) return `${(100 * value).toFixed(share[1] || 0)}%`;
    return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 10 ? 3 : 1 });
  }

  const element = (tag, text, attributes = {}) => {
    const made = Object.assign(document.createElement(tag), attributes);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  function table(rows, said) {
    const used = Object.keys(rows[0]).filter((name) => said.has(name));
    const names = used.length ? used : Object.keys(rows[0]);
    const made = element("table");
    const head = made.createTHead().insertRow();
    names.forEach((name) => head.append(element("th", [said.get(name)?.title ?? name.replaceAll("_", " ")].flat().join(" "), { scope: "col" })));
    const body = made.createTBody();
    rows.slice(0, SHOWN).forEach((row) => {
      const line = body.insertRow();
      names.forEach((name) => {
        const isText = typeof row[name] === "string" && said.get(name)?.type !== "temporal";
        line.append(element("td", printed(row[name], said.get(name)), { className: isText ? "gt_left" : "" }));
      });
    });
    return made;
  }

  function openData(details) {
    if (!details.open || details.dataset.filled) return;
    details.dataset.filled = "yes";
    const spec = content.charts[details.parentElement.querySelector(".plot").dataset.chart];
    const said = worded(spec);
    // What only places a line, such as the one at quota, is no data of the chart.
    const telling = datasetsOf(spec).filter((rows) => Object.keys(rows[0] ?? {}).length > 1);
    telling.forEach((rows) => {
      const box = element("div", undefined, { className: "scroll" });
      box.append(table(rows, said));
      details.append(box);
      if (rows.length > SHOWN) details.append(element("p", `The first ${SHOWN} of ${rows.length.toLocaleString("en")} rows.`));
    });
    reachable();
  }

  // ---- the page ----

  // A box that scrolls sideways can be reached, and so scrolled, from the keyboard.
  const reachable = () =>
    document.querySelectorAll(".scroll").forEach((box) => {
      if (box.scrollWidth <= box.clientWidth) return;
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      const name = box.querySelector("table")?.getAttribute("aria-label") ?? "Table";
      box.setAttribute("aria-label", `${name}, scrolls sideways`);
    });

  function look() {
    const button = document.getElementById("look");
    const show = () => {
      button.textContent = isDark() ? "Light" : "Dark";
      if (content) drawAll();
    };
    button.hidden = !CSS.supports("color", "light-dark(#000,#fff)");
    button.addEventListener("click", () => {
      root.dataset.look = isDark() ? "light" : "dark";
      show();
    });
    system.addEventListener("change", show);
    show();
  }

  // The list of contents moves along where it is wider than the screen.
  function follow(list, { offsetLeft, offsetWidth }) {
    const left = list.scrollLeft;
    if (offsetLeft < left || offsetLeft + offsetWidth > left + list.clientWidth) list.scrollLeft = offsetLeft - 40;
  }

  function contents() {
    const links = new Map([...document.querySelectorAll(".bar a")].map((a) => [a.hash.slice(1), a]));
    const mark = ({ target, isIntersecting }) => {
      const link = links.get(target.id);
      link?.setAttribute("aria-current", isIntersecting);
      if (isIntersecting && link) follow(link.closest("nav"), link);
    };
    const watcher = new IntersectionObserver((seen) => seen.forEach(mark), { rootMargin: "-45% 0px -50% 0px" });
    document.querySelectorAll("section[id]").forEach((section) => watcher.observe(section));
  }

  async function charts() {
    if (typeof DecompressionStream === "undefined") throw new Error("this browser cannot unpack the charts");
    content = JSON.parse(await unpacked("charts"));
    const script = element("script", await unpacked("vega"));
    document.head.append(script); // allowed by its hash in the page's policy
    await drawAll();
    keepWidth();
    addEventListener("beforeprint", drawPrinted);
    addEventListener("afterprint", drawAll);
    document.querySelectorAll(".chart-data").forEach((d) => d.addEventListener("toggle", () => openData(d)));
  }

  look();
  contents();
  reachable();
  if (plots.length)
    charts().catch((error) => plots.forEach((plot) => plot.append(`No chart: ${error.message}.`)));
})();
