// The inbox by keyboard: j and k walk through the questions, a number answers. Without it, all works by mouse and Tab.
(() => {
  const cards = [...document.querySelectorAll("[data-question]")];
  const typing = (element) => element.closest("input, textarea, select, [contenteditable='true']");
  let at = -1;

  const go = (step) => {
    at = Math.min(Math.max(at + step, 0), cards.length - 1);
    cards[at].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (!cards.length || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const inside = cards.findIndex((card) => card.contains(document.activeElement));
    if (inside >= 0) at = inside;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (/^[1-9]$/.test(event.key) && inside >= 0) {
      const answer = cards[inside].querySelectorAll("[data-answer]")[Number(event.key) - 1];
      if (answer && !event.repeat) answer.click();
    } else return;
    event.preventDefault();
  });
})();
