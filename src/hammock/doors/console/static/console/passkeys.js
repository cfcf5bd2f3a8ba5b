// Passkeys: a form with data-passkey asks the browser for a key and sends what it answers.
// Without JavaScript or passkeys its button stays hidden, and password and codes do.
(() => {
  const json = window.webauthnJSON;
  if (!json || !window.PublicKeyCredential) return;

  const options = async (form) => {
    if (!form.dataset.options) return JSON.parse(document.getElementById("passkey-data").textContent);
    const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
    if (!answer.ok) throw new Error("no options");
    return (await answer.json()).request_options;
  };

  const alone = (form, asked) => {
    const box = form.elements.passwordless;
    if (!box) return asked;
    const wanted = asked.publicKey.authenticatorSelection;
    wanted.residentKey = box.checked ? "required" : "discouraged";
    wanted.requireResidentKey = box.checked;
    if (box.checked) wanted.userVerification = "required";
    return asked;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    const problem = form.querySelector("[role=alert][hidden]");
    button.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (problem) problem.hidden = true;
      try {
        const asked = alone(form, await options(form));
        form.elements.credential.value = JSON.stringify(await json[form.dataset.passkey](asked));
        form.submit();
      } catch {
        if (problem) problem.hidden = false;
      }
    });
  }
})();
