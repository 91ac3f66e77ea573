/** Each builds a list of hundreds of ranges: about 0.4 ms. */
const UNICODE_CLASS = 50;
/** Code points that are folded in the time of one instruction. */
const FOLDED_PER_INSTRUCTION = 25;

const ESCAPED = /\\x\{(?<braced>[0-9A-Fa-f]+)\}|\\x(?<two>[0-9A-Fa-f]{2})|\\(?<octal>[0-7]{1,3})/gu;

/**
 * Returns what the classes of a pattern cost when it is compiled, in instructions that compile in
 * the same time, without compiling it. At most: it takes each `-` for a range over all code points
 * between the lowest and the highest of the pattern.
 */
export function parseCost(pattern: string): number {
  const classes = pattern.match(/\\[pP]/g)?.length ?? 0;
  const isFolding = /\(\?[a-zA-Z-]*i/.test(pattern);
  const ranges = isFolding ? (pattern.match(/-/g)?.length ?? 0) : 0;
  return classes * UNICODE_CLASS + Math.floor((ranges * width(pattern)) / FOLDED_PER_INSTRUCTION);
}

function width(pattern: string): number {
  let low = Number.MAX_SAFE_INTEGER;
  let high = 0;
  const add = (codePoint: number): void => {
    low = Math.min(low, codePoint);
    high = Math.max(high, codePoint);
  };
  for (const character of pattern) add(character.codePointAt(0) ?? 0);
  for (const { groups = {} } of pattern.matchAll(ESCAPED)) {
    const { braced, two, octal = '' } = groups;
    const hexadecimal = braced ?? two;
    add(hexadecimal === undefined ? Number.parseInt(octal, 8) : Number.parseInt(hexadecimal, 16));
  }
  return high - low;
}
