import { limits } from '../../core/limits.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { StringMap } from './secret.js';

/**
 * JSON whose long texts are taken from the document of the Secret whenever it is asked for. That is
 * kept anyway: with a copy of its own each cached Secret would take almost twice as much.
 */
export class LentJson {
  readonly #document: SecretValue;
  /** All that is no lent text. */
  readonly #literal: string;
  /** Three numbers for each text: its place in the literal; from and to in the document. */
  readonly #places: readonly number[];

  private constructor(document: SecretValue, literal: string, places: readonly number[]) {
    this.#document = document;
    this.#literal = literal;
    this.#places = places;
  }

  /**
   * `json` holds the texts as its members of these names, and the document as base64. Undefined
   * where nothing of it is worth lending, or it is long: decoding it costs more than its memory.
   */
  static of(json: string, texts: StringMap, document: SecretValue): LentJson | undefined {
    if (json.length > limits.cacheLentJsonCharactersMax) return undefined;
    const bytes = document.reveal();
    const places: number[] = [];
    let literal = '';
    let rest = json;
    for (const [name, text] of Object.entries(texts)) {
      if (text.length < limits.cacheLentTextCharactersMin) continue;
      const base64 = Buffer.from(text).toString('base64');
      const from = bytes.indexOf(base64);
      const value = JSON.stringify(text);
      const member = `${JSON.stringify(name)}:${value}`;
      const at = rest.indexOf(member);
      if (from === -1 || at === -1) continue;
      const end = at + member.length;
      literal += rest.slice(0, end - value.length);
      places.push(literal.length, from, from + base64.length);
      rest = rest.slice(end);
    }
    if (places.length === 0) return undefined;
    // What was cut from the whole would keep that.
    return new LentJson(document, Buffer.from(literal + rest).toString(), places);
  }

  /** What it takes beside the document, about. */
  get sizeBytes(): number {
    return this.#literal.length;
  }

  /** The plaintext, put together anew. */
  reveal(): Buffer {
    const bytes = this.#document.reveal();
    const places = this.#places;
    let json = '';
    let done = 0;
    for (let index = 0; index < places.length; index += 3) {
      const [at, from, to] = places.slice(index, index + 3);
      const text = Buffer.from(bytes.toString('latin1', from, to), 'base64').toString();
      json += this.#literal.slice(done, at) + JSON.stringify(text);
      done = at ?? done;
    }
    return Buffer.from(json + this.#literal.slice(done));
  }
}
