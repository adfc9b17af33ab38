// Starts the API browser. A file of its own, because the content security policy allows no inline script.
window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#browser",
    deepLinking: true,
    showExtensions: true,
    validatorUrl: null,
  });
});
