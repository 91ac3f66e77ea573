import { isUtf8 } from 'node:buffer';

const PLACEHOLDER = '[secret]';
const EMPTY = Buffer.alloc(0);
/** Bytes of the quotes around a JSON string. */
const QUOTES_BYTES = 2;
const STRICT_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The only type that carries plaintext: it cannot print, log or serialize itself. */
export class SecretValue {
  /** Plain memory without a view, because a view takes 104 bytes more for each value. */
  readonly #memory: Buffer | ArrayBuffer;

  private constructor(memory: Buffer | ArrayBuffer) {
    this.#memory = memory;
  }

  static fromBytes(bytes: Uint8Array): SecretValue {
    return new SecretValue(Buffer.from(bytes));
  }

  /** Returns `text` as UTF-8; undefined if it has lone surrogates, which have no UTF-8 form. */
  static fromText(text: string): SecretValue | undefined {
    return text.isWellFormed() ? new SecretValue(Buffer.from(text, 'utf8')) : undefined;
  }

  /** Returns `text` as UTF-8 in its own memory: a long-lived value would retain a shared pool. */
  static ofKeptText(text: string): SecretValue {
    const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
    bytes.write(text);
    return new SecretValue(bytes.buffer);
  }

  /** Copies another value into its own memory, to retain no shared pool. */
  static ofKeptBytes(value: SecretValue): SecretValue {
    const own = Buffer.allocUnsafeSlow(value.sizeBytes);
    value.reveal().copy(own);
    return new SecretValue(own.buffer);
  }

  /** Decodes padded base64 (RFC 4648 section 4), ignoring CR and LF; undefined if invalid. */
  static fromBase64(text: string): SecretValue | undefined {
    // An empty buffer of its own takes nine times as long, and V8 has to free each.
    if (text === '') return new SecretValue(EMPTY);
    const bytes = Buffer.from(text, 'base64');
    // Encoding gives the input if nothing was ignored. This is nine times as fast as the match.
    const isExact = bytes.toString('base64') === text;
    const isBase64 = isExact || STRICT_BASE64.test(text.replaceAll(/[\r\n]/g, ''));
    return isBase64 ? new SecretValue(bytes) : undefined;
  }

  get sizeBytes(): number {
    return this.#memory.byteLength;
  }

  /** Reports whether the bytes are valid UTF-8. */
  get isText(): boolean {
    return isUtf8(this.#memory);
  }

  /** Returns its bytes as a JSON string: escaped text, or base64 if the bytes are not text. */
  get jsonSizeBytes(): number {
    return this.isText ? escapedSizeBytes(this.reveal()) : this.base64SizeBytes;
  }

  /** Returns the bytes of its base64 as a JSON string. */
  get base64SizeBytes(): number {
    return QUOTES_BYTES + 4 * Math.ceil(this.sizeBytes / 3);
  }

  /** Returns the plaintext, only for presenters, formats, validation and the Kubernetes adapter. */
  reveal(): Buffer {
    const memory = this.#memory;
    return memory instanceof ArrayBuffer ? Buffer.from(memory) : memory;
  }

  /** Returns the plaintext as text with any BOM; undefined if the bytes are not valid UTF-8. */
  revealText(): string | undefined {
    try {
      return utf8.decode(this.#memory);
    } catch {
      return undefined;
    }
  }

  revealBase64(): string {
    return this.reveal().toString('base64');
  }

  equals(other: SecretValue): boolean {
    return this.reveal().equals(other.reveal());
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

const SPACE = 0x20;
const BYTE_VALUES = 256;

/** Bytes that each byte of UTF-8 takes in a string that JSON.stringify creates. */
const escapedBytes = Uint8Array.from({ length: BYTE_VALUES }, (_, byte) =>
  byte < SPACE || byte === 0x22 || byte === 0x5c
    ? JSON.stringify(String.fromCharCode(byte)).length - QUOTES_BYTES
    : 1,
);

/** Returns the size of JSON.stringify's output: a control character takes up to six bytes. */
function escapedSizeBytes(bytes: Uint8Array): number {
  let size = QUOTES_BYTES;
  // By index: an iterator takes ten times as long.
  for (let index = 0; index < bytes.length; index += 1) {
    size += escapedBytes[bytes[index] ?? 0] ?? 0;
  }
  return size;
}
