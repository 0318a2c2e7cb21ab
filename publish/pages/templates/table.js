// Search and sorting of tables marked data-sortable; the page reads the same without it.
document.querySelectorAll("table[data-sortable]").forEach(function (table) {
  var body = table.tBodies[0], heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  function key(row, column) {
    var cell = row.cells[column], value = cell.getAttribute("data-value");
    return value === null ? cell.textContent.trim().toLowerCase() : value;
  }
  heads.forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    while (head.firstChild) { button.appendChild(head.firstChild); }
    head.appendChild(button);
    button.addEventListener("click", function () {
      var up = head.getAttribute("aria-sort") !== "ascending", numeric = head.classList.contains("n");
      heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      Array.prototype.slice.call(body.rows).sort(function (a, b) {
        var x = key(a, column), y = key(b, column), result;
        if (numeric) {
          if (x === "" || y === "") { return (x === "") - (y === ""); }
          result = parseFloat(x) - parseFloat(y);
        } else { result = x.localeCompare(y, "ru", { numeric: true }); }
        return up ? result : -result;
      }).forEach(function (row) { body.appendChild(row); });
    });
  });
  var box = document.querySelector("[data-search='" + table.id + "']");
  if (box) {
    box.addEventListener("input", function () {
      var wanted = box.value.trim().toLowerCase().replace(/ё/g, "е"), shown = 0;
      Array.prototype.forEach.call(body.rows, function (row) {
        row.hidden = row.textContent.toLowerCase().replace(/ё/g, "е").indexOf(wanted) < 0;
        shown += row.hidden ? 0 : 1;
      });
      var status = document.getElementById(table.id + "-count");
      if (status) { status.textContent = "Показано строк: " + shown; }
    });
  }
});
