// The shop works without this file; with it, it is smoother. It reads one cookie and calls nobody else.
"use strict";
(() => {
  const cookie = document.cookie.match(/(?:^|; )cart_count=(\d{1,3})(?:;|$)/);
  const count = cookie ? Number(cookie[1]) : 0;
  for (const place of document.querySelectorAll("[data-cart-count]")) {
    place.textContent = count || "";
    place.hidden = !count;
    if (count) place.closest("a").setAttribute("aria-label", `Cart, ${count} ${count === 1 ? "item" : "items"}`);
  }

  // One submit per form; a page that comes back from history can submit again.
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "yes";
      for (const button of form.querySelectorAll("[type=submit]")) button.setAttribute("aria-disabled", "true");
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-once]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[type=submit]")) button.removeAttribute("aria-disabled");
    }
  });

  // Says what is wrong beside the field once it was left, and takes it back as soon as it is right.
  const hint = (field) => {
    const box = field.closest(".field");
    if (!box) return;
    const id = `${field.id}_hint`;
    let words = document.getElementById(id);
    const others = (field.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
    if (field.validity.valid) {
      if (words) words.remove();
      field.removeAttribute("aria-invalid");
      box.classList.remove("field-wrong");
      const stale = document.getElementById(`${field.id}_error`);
      if (stale) stale.remove();
    } else {
      if (!words) {
        words = document.createElement("p");
        words.id = id;
        words.className = "error";
        box.append(words);
      }
      words.textContent = field.validationMessage;
      field.setAttribute("aria-invalid", "true");
      box.classList.add("field-wrong");
      others.push(id);
    }
    if (others.length) field.setAttribute("aria-describedby", others.join(" "));
    else field.removeAttribute("aria-describedby");
  };
  for (const form of document.querySelectorAll("form[data-hints]")) {
    for (const field of form.querySelectorAll("input:not([type=hidden]), select, textarea")) {
      field.addEventListener("blur", () => { if (field.value && !field.validity.valid) hint(field); });
      field.addEventListener("input", () => { if (field.getAttribute("aria-invalid")) hint(field); });
    }
  }

  // While a payment is being confirmed, looks again every three seconds without disturbing the reader.
  if (document.querySelector("[data-waiting]")) {
    const look = async () => {
      try {
        const answer = await fetch(location.href);
        if (answer.redirected || !(await answer.text()).includes("data-waiting")) return location.replace(answer.url);
      } catch { /* the network is away for a moment; the next look tells */ }
      setTimeout(look, 3000);
    };
    setTimeout(look, 3000);
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
