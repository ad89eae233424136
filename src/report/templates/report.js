"use strict";
(() => {
  const status = document.querySelector(".status");

  // Where there is no clipboard, the text is selected: Ctrl+C does the rest.
  const copy = async (pre) => {
    try {
      await navigator.clipboard.writeText(pre.textContent);
      return true;
    } catch {
      const selection = window.getSelection();
      selection.selectAllChildren(pre);
      return document.execCommand("copy");
    }
  };

  for (const button of document.querySelectorAll("button.copy")) {
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (await copy(button.previousElementSibling)) {
        button.textContent = status.textContent = button.dataset.done;
        setTimeout(() => { button.textContent = label; status.textContent = ""; }, 2000);
      }
    });
  }

  // A link to a check opens it.
  const open = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  window.addEventListener("hashchange", open);
  open();

  // On paper nothing can be unfolded.
  const folded = new Set();
  window.addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details:not([open])")) { folded.add(each); each.open = true; }
  });
  window.addEventListener("afterprint", () => {
    for (const each of folded) each.open = false;
    folded.clear();
  });
})();
