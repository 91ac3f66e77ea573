import { boundedExtra, boundedList, boundedText } from '../../domain/bounded.js';

/** Paths and names of a request may hold them; PostgreSQL takes no NUL, and lists part at LF. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f]/g;
const VALUE_CHARACTERS_MAX = 2_048;

/** Cuts what a report says down to its bounds, and remembers whether anything was lost. */
export class Reduction {
  #isReduced = false;

  get isReduced(): boolean {
    return this.#isReduced;
  }

  /** Without control characters and tokens, at most so many characters. */
  text(value: string, charactersMax: number): string {
    const kept = boundedText(value.replaceAll(CONTROLS, '\u{fffd}'), charactersMax);
    if (kept !== value) this.#isReduced = true;
    return kept;
  }

  /** The first values whose JSON together stays within so many bytes. */
  list(values: readonly string[], jsonBytesMax: number): readonly string[] {
    const clean = values.map((value) => this.text(value, VALUE_CHARACTERS_MAX));
    const kept = boundedList(clean, jsonBytesMax);
    if (kept.length < clean.length) this.#isReduced = true;
    return kept;
  }

  /** The first members whose JSON together stays within so many bytes. */
  members(
    values: Readonly<Record<string, readonly string[]>>,
    jsonBytesMax: number,
  ): Readonly<Record<string, readonly string[]>> {
    const clean = Object.entries(values).map(([key, list]) => [
      this.text(key, VALUE_CHARACTERS_MAX),
      list.map((value) => this.text(value, VALUE_CHARACTERS_MAX)),
    ]);
    const kept = boundedExtra(
      Object.fromEntries(clean) as Record<string, readonly string[]>,
      jsonBytesMax,
    );
    if (Object.keys(kept).length < Object.keys(values).length) this.#isReduced = true;
    return kept;
  }
}
