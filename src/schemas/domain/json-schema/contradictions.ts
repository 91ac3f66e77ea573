import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../../secrets/domain/body-members.js';
import { pointerTo } from '../../../secrets/domain/json-pointer.js';
import { SchemaProblem } from '../schema-problem.js';
import { schemaKeywords, schemaListKeywords, schemaMapKeywords } from './keywords.js';

type Schema = Readonly<Record<string, unknown>>;

/** Pairs of bounds of which the first may not exceed the second. */
const bounds = [
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minContains', 'maxContains'],
  ['minProperties', 'maxProperties'],
  ['minimum', 'maximum'],
] as const;

/** Pairs of bounds between which there must be a number. */
const openBounds = [
  ['minimum', 'exclusiveMaximum'],
  ['exclusiveMinimum', 'maximum'],
  ['exclusiveMinimum', 'exclusiveMaximum'],
] as const;

/** Keywords whose subschema may well be one that no value satisfies: others may apply. */
const conditions: ReadonlySet<string> = new Set([
  ...['if', 'then', 'else', 'not', 'anyOf', 'oneOf'],
  ...['$defs', 'dependentSchemas', 'contains'],
]);

/**
 * Throws SchemaProblem for a prepared schema if keywords of a subschema that applies obviously
 * contradict each other. Other contradictions are not found.
 */
export function refuseContradictions(schema: unknown, pointer: string): void {
  if (!isRecord(schema)) return;
  refuseBounds(schema, pointer);
  refuseValues(schema, pointer);
  refuseMembers(schema, pointer);
  for (const [keyword, value] of Object.entries(schema)) {
    if (conditions.has(keyword)) continue;
    for (const [name, inner] of subschemasOf(keyword, value)) {
      refuseContradictions(inner, pointer + pointerTo(keyword) + name);
    }
  }
}

function refuseBounds(schema: Schema, pointer: string): void {
  const refuse = (low: string, high: string, isWrong: (low: number, high: number) => boolean) => {
    const least = schema[low];
    const most = schema[high];
    if (typeof least !== 'number' || typeof most !== 'number' || !isWrong(least, most)) return;
    throw new SchemaProblem(pointer + pointerTo(low), `leaves no value within ${high} ${most}`);
  };
  for (const [low, high] of bounds) refuse(low, high, (least, most) => least > most);
  for (const [low, high] of openBounds) refuse(low, high, (least, most) => least >= most);
}

function refuseValues(schema: Schema, pointer: string): void {
  const { enum: allowed } = schema;
  if (!Array.isArray(allowed) || !Object.hasOwn(schema, 'const')) return;
  if (allowed.some((one) => isDeepStrictEqual(one, schema['const']))) return;
  throw new SchemaProblem(
    pointer + pointerTo('const'),
    'is not in enum, so that no value is right',
  );
}

function refuseMembers(schema: Schema, pointer: string): void {
  const { required, properties, additionalProperties } = schema;
  if (!Array.isArray(required)) return;
  const known = isRecord(properties) ? properties : {};
  for (const [index, name] of (required as string[]).entries()) {
    const isNamed = Object.hasOwn(known, name);
    const allowed = isNamed ? known[name] : additionalProperties;
    if (allowed !== false) continue;
    const by = isNamed ? 'properties' : 'additionalProperties';
    throw new SchemaProblem(
      pointer + pointerTo('required', String(index)),
      `is a member that ${by} excludes, so that no object is right`,
    );
  }
}

/** Returns the subschemas of a keyword, each with its pointer under the keyword. */
function subschemasOf(keyword: string, value: unknown): (readonly [string, unknown])[] {
  if (schemaKeywords.has(keyword)) return [['', value]];
  const hasMany = schemaListKeywords.has(keyword) || schemaMapKeywords.has(keyword);
  if (!hasMany) return [];
  return Object.entries(value as object).map(([name, inner]) => [pointerTo(name), inner]);
}
