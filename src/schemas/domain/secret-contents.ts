import type { SecretData } from '../../secrets/domain/secret.js';
import type { KindContent } from './kinds/kind.js';

/** Contents of the keys of one Secret, for its checks only. */
export class SecretContents {
  readonly #data: SecretData;
  readonly #contents = new Map<string, KindContent>();
  #texts: Readonly<Record<string, string>> | undefined;
  #areAllTexts: boolean | undefined;

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
  areTexts(keys?: readonly string[]): boolean {
    const isText = (key: string) => this.get(key)?.text !== undefined || !this.has(key);
    return keys?.every(isText) ?? (this.#areAllTexts ??= this.keys.every(isText));
  }

  /** Returns the text of each key that is UTF-8. */
  texts(): Readonly<Record<string, string>> {
    if (this.#texts !== undefined) return this.#texts;
    const entries = this.keys.flatMap((key) => {
      const text = this.get(key)?.text;
      return text === undefined ? [] : [[key, text] as const];
    });
    // fromEntries defines members, so that a key `__proto__` stays a key.
    this.#texts = Object.fromEntries(entries);
    return this.#texts;
  }
}
