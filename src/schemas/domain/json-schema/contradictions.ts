import { isDeepStrictEqual } from 'node:util';
import type { FieldError } from '../../../core/errors/sallyport-error.js';
import { isRecord } from '../../../secrets/domain/body-members.js';
import { pointerTo } from '../../../secrets/domain/json-pointer.js';
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
 * Returns the keywords of a prepared schema that obviously contradict each other in a subschema
 * that applies. Other contradictions are not found.
 */
export function* contradictions(schema: unknown, pointer: string): Generator<FieldError> {
  if (!isRecord(schema)) return;
  yield* boundProblems(schema, pointer);
  yield* valueProblems(schema, pointer);
  yield* memberProblems(schema, pointer);
  for (const [keyword, value] of Object.entries(schema)) {
    if (conditions.has(keyword)) continue;
    for (const [name, inner] of subschemasOf(keyword, value)) {
      yield* contradictions(inner, pointer + pointerTo(keyword) + name);
    }
  }
}

function boundProblems(schema: Schema, pointer: string): readonly FieldError[] {
  const wrong = (low: string, high: string, isWrong: (low: number, high: number) => boolean) => {
    const least = schema[low];
    const most = schema[high];
    if (typeof least !== 'number' || typeof most !== 'number' || !isWrong(least, most)) return [];
    return [
      { pointer: pointer + pointerTo(low), reason: `leaves no value within ${high} ${most}` },
    ];
  };
  return [
    ...bounds.flatMap(([low, high]) => wrong(low, high, (least, most) => least > most)),
    ...openBounds.flatMap(([low, high]) => wrong(low, high, (least, most) => least >= most)),
  ];
}

function valueProblems(schema: Schema, pointer: string): readonly FieldError[] {
  const { enum: allowed } = schema;
  if (!Array.isArray(allowed) || !Object.hasOwn(schema, 'const')) return [];
  if (allowed.some((one) => isDeepStrictEqual(one, schema['const']))) return [];
  const reason = 'is not in enum, so that no value is right';
  return [{ pointer: pointer + pointerTo('const'), reason }];
}

function* memberProblems(schema: Schema, pointer: string): Generator<FieldError> {
  const { required, properties, additionalProperties } = schema;
  if (!Array.isArray(required)) return;
  const known = isRecord(properties) ? properties : {};
  for (const [index, name] of (required as string[]).entries()) {
    const isNamed = Object.hasOwn(known, name);
    const allowed = isNamed ? known[name] : additionalProperties;
    if (allowed !== false) continue;
    const by = isNamed ? 'properties' : 'additionalProperties';
    const reason = `is a member that ${by} excludes, so that no object is right`;
    yield { pointer: pointer + pointerTo('required', String(index)), reason };
  }
}

/** Returns the subschemas of a keyword, each with its pointer under the keyword. */
function subschemasOf(keyword: string, value: unknown): (readonly [string, unknown])[] {
  if (schemaKeywords.has(keyword)) return [['', value]];
  const hasMany = schemaListKeywords.has(keyword) || schemaMapKeywords.has(keyword);
  if (!hasMany) return [];
  return Object.entries(value as object).map(([name, inner]) => [pointerTo(name), inner]);
}
