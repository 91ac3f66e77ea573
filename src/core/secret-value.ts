const PLACEHOLDER = '[secret]';
const STRICT_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The only way to carry plaintext: it cannot print, log or serialise itself. */
export class SecretValue {
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  static fromBytes(bytes: Uint8Array): SecretValue {
    return new SecretValue(Buffer.from(bytes));
  }

  /** `text` as UTF-8; lone surrogates have no UTF-8 form and give undefined. */
  static fromText(text: string): SecretValue | undefined {
    return text.isWellFormed() ? new SecretValue(Buffer.from(text, 'utf8')) : undefined;
  }

  /** Padded base64 (RFC 4648 section 4); CR and LF are ignored, anything else gives undefined. */
  static fromBase64(text: string): SecretValue | undefined {
    const compact = text.replaceAll(/[\r\n]/g, '');
    return STRICT_BASE64.test(compact)
      ? new SecretValue(Buffer.from(compact, 'base64'))
      : undefined;
  }

  get sizeBytes(): number {
    return this.#bytes.byteLength;
  }

  /** The plaintext. Callers: presenters, formats, validation and the Kubernetes adapter only. */
  reveal(): Buffer {
    return this.#bytes;
  }

  /** The plaintext as text, or undefined where the bytes are not exact UTF-8 (a BOM is kept). */
  revealText(): string | undefined {
    try {
      return utf8.decode(this.#bytes);
    } catch {
      return undefined;
    }
  }

  revealBase64(): string {
    return this.#bytes.toString('base64');
  }

  equals(other: SecretValue): boolean {
    return this.#bytes.equals(other.#bytes);
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return PLACEHOLDER;
  }
}
