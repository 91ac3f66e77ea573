import type { SecretData } from '../../secrets/domain/secret.js';
import type { KindContent } from './kinds/kind.js';

/** Contents of the keys of one Secret, for its checks only. */
export class SecretContents {
  readonly #data: SecretData;
  readonly #contents = new Map<string, KindContent>();

  constructor(data: SecretData) {
    this.#data = data;
  }

  get keys(): readonly string[] {
    return [...this.#data.keys()];
  }

  has(key: string): boolean {
    return this.#data.has(key);
  }

  get(key: string): KindContent | undefined {
    const known = this.#contents.get(key);
    const value = this.#data.get(key);
    if (known !== undefined || value === undefined) return known;
    const content = { bytes: value.reveal(), text: value.revealText() };
    this.#contents.set(key, content);
    return content;
  }

  /** Reports whether each of these keys, or of all, is UTF-8 if it is there. */
  areTexts(keys: readonly string[] = this.keys): boolean {
    return keys.every((key) => this.get(key)?.text !== undefined || !this.has(key));
  }

  /** Returns the text of each key that is UTF-8. */
  texts(): Readonly<Record<string, string>> {
    const entries = this.keys.flatMap((key) => {
      const text = this.get(key)?.text;
      return text === undefined ? [] : [[key, text] as const];
    });
    // fromEntries defines members, so that a key `__proto__` stays a key.
    return Object.fromEntries(entries);
  }
}
