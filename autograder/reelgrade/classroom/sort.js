// Sorts a table by the column whose head is clicked; without it, the tables stay in the order they came in.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  heads.forEach((head, column) => {
    if (head.dataset.sort === undefined) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const turn = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", turn === 1 ? "ascending" : "descending");
      const key = row => row.cells[column].dataset.key;
      const compare = head.dataset.sort === "number" ? (a, b) => a - b : (a, b) => a.localeCompare(b);
      const [known, unknown] = [[], []];
      for (const row of body.rows) (key(row) === "" ? unknown : known).push(row);
      body.append(...known.sort((a, b) => turn * compare(key(a), key(b))), ...unknown);
    });
  });
}
