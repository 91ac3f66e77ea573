import { schemaMapKeywords } from './keywords.js';

const CHARACTERS_PER_NODE = 100;
const MEMBERS_PER_NODE = 10;
/** Each name that is missing is an error of its own. */
const NAMES_PER_NODE = 4;
/** Members are compared in pairs. */
const PAIRS = 20;

/**
 * Returns the number of subschemas as which the value of a keyword counts, in addition to the
 * subschemas that it has: what an evaluation reads or writes of it for each value.
 */
export function keywordWeight(keyword: string, value: unknown): number {
  if (keyword === 'const') return Math.floor(sizeOf(value));
  if (keyword === 'enum') return Math.max(entries(value).length / MEMBERS_PER_NODE, sizeOf(value));
  if (keyword === 'required') {
    return Math.max(entries(value).length / NAMES_PER_NODE, sizeOf(value));
  }
  if (keyword === 'dependentRequired') {
    const names = entries(value).flatMap(entries);
    return Math.max(names.length / NAMES_PER_NODE, sizeOf(value));
  }
  // Each becomes a subschema: see prepareSchema.
  if (keyword === 'pattern' || keyword === 'format') return 1;
  if (keyword === 'uniqueItems') return value === true ? PAIRS : 0;
  return schemaMapKeywords.has(keyword) ? Math.floor(sizeOf(Object.keys(value as object))) : 0;
}

function entries(value: unknown): readonly unknown[] {
  return Object.values(value as object);
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value).length / CHARACTERS_PER_NODE;
}
