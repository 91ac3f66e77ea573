const PREFIX = /^\s*(authorization:\s*)?(bearer\s+)?/i;

/** Token of a field of the page. It is in the field and in this object, and never stored. */
export class TokenField {
  #token = '';

  /** `onChange` is called when the user has finished an entry. */
  constructor(input, onChange) {
    input.addEventListener('input', () => {
      this.#token = input.value.replace(PREFIX, '').trim();
    });
    input.addEventListener('change', onChange);
    // A page that the browser retains for its back button must not keep the token.
    window.addEventListener('pagehide', () => {
      input.value = '';
      this.#token = '';
    });
  }

  get isEmpty() {
    return this.#token === '';
  }

  /** Returns the credential as headers of HTTP, or as the first message of a WebSocket. */
  credential() {
    return this.isEmpty ? {} : { authorization: `Bearer ${this.#token}` };
  }
}
