"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const number = (count) => count.toLocaleString("en-GB");
  const rowsIn = (count) => `${number(count)} row${count === 1 ? "" : "s"}`;
  const search = document.getElementById("search-text");
  const only = document.getElementById("only-changed");
  const found = document.getElementById("search-found");
  const parts = all(".part").map((part) => ({
    part,
    blocks: all(".block", part).map((block) => ({
      block,
      rows: all(".r", block).map((row) => ({ row, same: row.classList.contains("same"), text: null })),
    })),
  }));
  const blocks = parts.flatMap((each) => each.blocks);

  const set = (element, name, on) => {
    if (element[name] !== on) element[name] = on;
  };

  // Every word must occur in a row. Rows are hidden one by one, what did not change by the style of its block.
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    document.documentElement.classList.toggle("only", only.checked);
    let seen = 0;
    let folded = 0;
    for (const { part, blocks: inside } of parts) {
      let some = false;
      for (const each of inside) {
        const shut = only.checked && !each.block.classList.contains("all");
        let open = 0;
        for (const row of each.rows) {
          if (words.length && row.text === null) row.text = row.row.textContent.toLowerCase();
          const fits = words.every((word) => row.text.includes(word));
          set(row.row, "hidden", !fits);
          if (fits && shut && row.same) folded += 1;
          else if (fits) open += 1;
        }
        seen += open;
        some ||= open > 0;
        const empty = open === 0;
        each.block.classList.toggle("bare", empty && each.rows.length > 0);
        set(each.block, "hidden", words.length > 0 && empty);
        if (each.button) {
          each.button.textContent = each.block.classList.contains("all") ? `Hide ${each.unchanged}` : `Show ${each.unchanged}`;
          set(each.button, "hidden", words.length > 0 || !only.checked);
        }
      }
      set(part, "hidden", words.length > 0 && !some);
    }
    set(found, "hidden", words.length === 0);
    if (words.length) say(seen, folded);
  };

  const say = (seen, folded) => {
    found.textContent = seen ? `${rowsIn(seen)} found` : folded ? "No changed row found" : "Nothing found";
    if (!folded) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `Show ${number(folded)} unchanged, too`;
    button.addEventListener("click", () => {
      only.checked = false;
      show();
      search.focus();
    });
    found.append(". ", button);
  };

  // A link from a concern leads to a row that a search or the style may hide.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest("main")) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (target.matches(".r, .part") && (target.hidden || target.closest(".part").hidden)) {
      search.value = "";
      show();
    }
    if (target.matches(".r.same")) {
      target.closest(".block").classList.add("all");
      show();
    }
    target.scrollIntoView();
    if (target.matches(".r, .concern")) target.focus({ preventScroll: true });
  };

  for (const each of blocks) {
    const same = each.rows.filter((row) => row.same).length;
    if (!same) continue;
    each.unchanged = `${number(same)} unchanged row${same === 1 ? "" : "s"}`;
    each.button = document.createElement("button");
    each.button.type = "button";
    each.button.className = "reveal";
    each.button.addEventListener("click", () => {
      each.block.classList.toggle("all");
      show();
    });
    each.block.querySelector(".wide").after(each.button);
  }
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    search.value = "";
    show();
  });
  only.addEventListener("change", show);
  search.form.addEventListener("submit", (event) => event.preventDefault());
  search.form.hidden = false;
  window.addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) reveal();
  });

  // The style makes grids of tables, and on a phone cards; both keep their meaning, and cards their columns' names.
  const narrow = matchMedia("(max-width: 760px)");
  const roles = () => {
    for (const table of all("table")) {
      table.setAttribute("role", "table");
      for (const group of [...table.tBodies, table.tHead]) group.setAttribute("role", "rowgroup");
      for (const row of table.rows) {
        row.setAttribute("role", "row");
        for (const cell of row.cells) cell.setAttribute("role", cell.tagName === "TH" ? "columnheader" : "cell");
      }
    }
  };
  const cards = () => {
    if (!narrow.matches) return;
    narrow.removeEventListener("change", cards);
    for (const table of all("table")) {
      const names = all("th", table).map((head) => head.textContent);
      for (const row of all(".r > tr:not(.d)", table))
        [...row.cells].forEach((cell, place) => {
          if (!cell.classList.contains("m")) cell.dataset.name = names[place];
        });
    }
  };
  narrow.addEventListener("change", cards);

  // What scrolls sideways must be reachable by keyboard.
  const reachable = () => {
    for (const box of all(".wide")) {
      const scrolls = box.scrollWidth > box.clientWidth + 1;
      if (scrolls === box.hasAttribute("tabindex")) continue;
      if (scrolls) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", `${box.closest(".block").querySelector("h3").textContent}, scrolls`);
      } else ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
    }
  };
  window.addEventListener("resize", reachable);

  // The section that is being read, in the navigation.
  const links = new Map(all("nav a").map((link) => [link.hash.slice(1), link]));
  const here = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        links.forEach((link) => link.removeAttribute("aria-current"));
        links.get(entry.target.id)?.setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "-10% 0px -80% 0px" },
  );
  all("main > section").forEach((section) => here.observe(section));

  show();
  roles();
  cards();
  reachable();
  if (location.hash) reveal();
})();
