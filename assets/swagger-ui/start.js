/**
 * Plugin without which browsers store what is entered, such as the token of Authorize: they record
 * texts of submitted forms, and may send texts to a spelling service.
 */
function fieldsThatBrowsersForget() {
  const wrapped =
    (Input, { React }) =>
    (props) =>
      React.createElement(Input, { ...props, autoComplete: 'off', spellCheck: false });
  return { wrapComponents: { Input: wrapped } };
}

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  validatorUrl: null,
  plugins: [fieldsThatBrowsersForget],
});
