import { boundedExtra, boundedList, boundedText } from '../../domain/bounded.js';

/** Paths and names of requests may contain them; PostgreSQL refuses NUL, and LF separates lists. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f]/g;
const VALUE_CHARACTERS_MAX = 2_048;

/** Reduction of a report to its limits, which remembers whether anything was lost. */
export class Reduction {
  #isReduced = false;

  get isReduced(): boolean {
    return this.#isReduced;
  }

  /** Returns at most this many characters, without control characters and tokens. */
  text(value: string, charactersMax: number): string {
    const kept = boundedText(value.replaceAll(CONTROLS, '\u{fffd}'), charactersMax);
    if (kept !== value) this.#isReduced = true;
    return kept;
  }

  /** Returns the first values whose JSON together stays within this many bytes. */
  list(values: readonly string[], jsonBytesMax: number): readonly string[] {
    const clean = values.map((value) => this.text(value, VALUE_CHARACTERS_MAX));
    const kept = boundedList(clean, jsonBytesMax);
    if (kept.length < clean.length) this.#isReduced = true;
    return kept;
  }

  /** Returns the first members whose JSON together stays within this many bytes. */
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
