import { limits } from '../limits.js';
import { parseDuration } from './cel-duration.js';
import { ongoing, TooMuchWork } from './cel-work.js';

/** Prefix of functions that replace the library's; no expression may name them. */
export const OWN = 'own_';

/** The library's text search is quadratic at worst: this number of products a step. */
const COMPARISONS_PER_STEP = 128;
const MATCH_STEPS = 50;

/**
 * Functions by their signature. The library keeps linear functions, such as `size`: their input is
 * counted.
 */
export const ownFunctions = {
  'string.matches(string): bool': (text: string, source: string) => {
    const pattern = ongoing().patterns.get(source);
    ongoing().work.spend(MATCH_STEPS + text.length * pattern.programSize());
    return pattern.matcher(text).find();
  },
  'string.contains(string): bool': (text: string, part: string) => {
    spendOnSearch(text, part);
    return text.includes(part);
  },
  'string.indexOf(string): int': (text: string, part: string) => {
    spendOnSearch(text, part);
    return BigInt(text.indexOf(part));
  },
  'string.indexOf(string, int): int': (text: string, part: string, from: bigint) => {
    spendOnSearch(text, part);
    return BigInt(text.indexOf(part, placeIn(text, from)));
  },
  'string.lastIndexOf(string): int': (text: string, part: string) => {
    spendOnSearch(text, part);
    return BigInt(text.lastIndexOf(part));
  },
  'string.lastIndexOf(string, int): int': (text: string, part: string, from: bigint) => {
    spendOnSearch(text, part);
    return BigInt(text.lastIndexOf(part, placeIn(text, from)));
  },
  'string.split(string): list<string>': (text: string, separator: string) => {
    spendOnSearch(text, separator);
    return text.split(separator);
  },
  'string.split(string, int): list<string>': (text: string, separator: string, count: bigint) => {
    spendOnSearch(text, separator);
    return splitAtMost(text, separator, Number(count));
  },
  'list<string>.join(): string': (texts: readonly unknown[]) => joined(texts, ''),
  'list<string>.join(string): string': joined,
  'duration(string): google.protobuf.Duration': parseDuration,
  // JavaScript's function would turn the Kelvin sign into the letter k.
  'string.lowerAscii(): string': (text: string) =>
    text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  'string.upperAscii(): string': (text: string) =>
    text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase()),
};

function spendOnSearch(text: string, part: string): void {
  ongoing().work.spend(Math.floor((text.length * part.length) / COMPARISONS_PER_STEP));
}

function placeIn(text: string, from: bigint): number {
  const place = Number(from);
  if (place < 0 || place > text.length) throw new RangeError('no such place in the text');
  return place;
}

/** Splits; the last part contains the remaining text; a negative count means no limit. */
function splitAtMost(text: string, separator: string, count: number): readonly string[] {
  const parts = text.split(separator);
  if (count < 0 || parts.length <= count) return parts;
  if (count === 0) return [];
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

function joined(texts: readonly unknown[], separator: string): string {
  let length = separator.length * Math.max(0, texts.length - 1);
  for (const text of texts) {
    if (typeof text !== 'string') throw new TypeError('only texts can be joined');
    length += text.length;
  }
  if (length > limits.celTextCharactersMax) throw new TooMuchWork('a text grows too long');
  return texts.join(separator);
}

/** Names of the replaced functions. */
export const REPLACED: ReadonlySet<string> = new Set(
  Object.keys(ownFunctions).map((signature) => /\w+(?=\()/.exec(signature)?.[0] ?? ''),
);
