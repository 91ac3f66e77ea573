const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Caller's own token in transit: it cannot print, log or serialise itself. */
export class BearerCredential {
  readonly #token: string;

  /** Throws if the text is no bearer token (RFC 6750). */
  constructor(token: string) {
    if (!B64TOKEN.test(token)) throw new TypeError('not a bearer token');
    this.#token = token;
  }

  /** Returns the value of an `Authorization` field; for the transport only. */
  authorization(): string {
    return `Bearer ${this.#token}`;
  }

  toString(): string {
    return '[credential]';
  }

  toJSON(): string {
    return '[credential]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[credential]';
  }
}
