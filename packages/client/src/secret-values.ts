import { SecretBytes } from './secret-bytes.js';

interface Texts {
  readonly stringData?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
}

/** Values of a Secret by key. They show themselves to nobody who does not call `reveal`. */
export class SecretValues implements Iterable<readonly [string, SecretBytes]> {
  readonly #values: ReadonlyMap<string, SecretBytes>;

  constructor({ stringData = {}, data = {} }: Texts) {
    const encoder = new TextEncoder();
    const texts = Object.entries(stringData).map(
      ([key, text]) => [key, new SecretBytes(encoder.encode(text))] as const,
    );
    const bytes = Object.entries(data).map(
      ([key, base64]) => [key, new SecretBytes(bytesOf(base64))] as const,
    );
    this.#values = new Map([...texts, ...bytes]);
  }

  get(key: string): SecretBytes | undefined {
    return this.#values.get(key);
  }

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  [Symbol.iterator](): Iterator<readonly [string, SecretBytes]> {
    return this.#values.entries();
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);
}
