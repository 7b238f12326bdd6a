/* Canvass: passkeys. The form is there only where the browser has them; its button asks the device, puts what the
   device says into hidden fields, and sends the form as any other. */
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (c) { return c.charCodeAt(0); });
  }
  function text(buffer) {
    return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function put(form, name, buffer) {
    var field = form.querySelector("input[type=hidden][name=" + name + "]") || form.appendChild(document.createElement("input"));
    field.type = "hidden";
    field.name = name;
    field.value = text(buffer);
  }
  function create(asked) {
    return navigator.credentials.create({publicKey: {
      challenge: bytes(asked.challenge), rp: {id: asked.host, name: "Canvass"},
      user: {id: bytes(asked.user), name: asked.login, displayName: asked.name},
      pubKeyCredParams: [{type: "public-key", alg: -7}, {type: "public-key", alg: -8}, {type: "public-key", alg: -257}],
      authenticatorSelection: {residentKey: "required", requireResidentKey: true, userVerification: "required"}, attestation: "none", timeout: 120000}});
  }
  function get(asked) {
    return navigator.credentials.get({publicKey: {challenge: bytes(asked.challenge), rpId: asked.host, userVerification: "required", timeout: 120000}});
  }
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    form.hidden = false;
    form.addEventListener("submit", function (e) {
      e.preventDefault();
      fetch(form.dataset.passkey, {method: "POST", headers: {Accept: "application/json"}}).then(function (r) {
        if (!r.ok) throw new Error(r.status);
        return r.json();
      }).then(function (asked) { return asked.user ? create(asked) : get(asked); }).then(function (made) {
        var r = made.response;
        put(form, "credential", made.rawId);
        put(form, "client", r.clientDataJSON);
        put(form, "device", r.getAuthenticatorData ? r.getAuthenticatorData() : r.authenticatorData);
        if (r.getPublicKey) put(form, "key", r.getPublicKey());
        if (r.signature) put(form, "signature", r.signature);
        form.submit();
      }).catch(function () { form.querySelector("button").focus(); }); // whoever changed their mind stays here
    });
  });
})();
