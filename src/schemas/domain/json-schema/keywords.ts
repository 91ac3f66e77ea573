/** Form of the value of a keyword. */
interface Shape {
  readonly takes: (value: unknown) => boolean;
  /** Says what the value must be, if it is something else. */
  readonly reason: string;
}

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const isString = (value: unknown): boolean => typeof value === 'string';
const areStrings = (value: unknown): boolean => Array.isArray(value) && value.every(isString);

const text: Shape = { takes: isString, reason: 'must be a text' };
const flag: Shape = {
  takes: (value) => typeof value === 'boolean',
  reason: 'must be true or false',
};
const number: Shape = {
  takes: (value) => typeof value === 'number',
  reason: 'must be a number',
};
const count: Shape = {
  takes: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  reason: 'must be a whole number, and not negative',
};
const factor: Shape = {
  takes: (value) => typeof value === 'number' && value > 0,
  reason: 'must be a number above 0',
};
const texts: Shape = { takes: areStrings, reason: 'must be a list of texts' };
const textLists: Shape = {
  takes: (value) =>
    typeof value === 'object' && value !== null && Object.values(value).every(areStrings),
  reason: 'must be lists of texts by name',
};
const list: Shape = { takes: Array.isArray, reason: 'must be a list' };
const members: Shape = {
  takes: (value) => Array.isArray(value) && value.length > 0,
  reason: 'must be a list that has a member: otherwise, no value is right',
};
const anything: Shape = { takes: () => true, reason: '' };
const type: Shape = {
  takes: (value) => {
    const named = [value].flat();
    const isUnique = named.length > 0 && new Set(named).size === named.length;
    return isUnique && named.every((one) => types.includes(one as string));
  },
  reason: `must be ${types.join(', ')} or a list of these, each once`,
};
const dialect = 'https://json-schema.org/draft/2020-12/schema';

/** Keywords whose value is no schema, with what the value must be (JSON Schema Validation). */
export const plainKeywords: Readonly<Record<string, Shape>> = {
  $schema: { takes: (value) => value === dialect, reason: `must be ${dialect}` },
  $comment: text,
  $ref: text,
  title: text,
  description: text,
  default: anything,
  examples: list,
  deprecated: flag,
  readOnly: flag,
  writeOnly: flag,
  type,
  const: anything,
  enum: members,
  multipleOf: factor,
  maximum: number,
  minimum: number,
  exclusiveMaximum: number,
  exclusiveMinimum: number,
  maxLength: count,
  minLength: count,
  maxItems: count,
  minItems: count,
  maxContains: count,
  minContains: count,
  maxProperties: count,
  minProperties: count,
  uniqueItems: flag,
  required: texts,
  dependentRequired: textLists,
  pattern: text,
  format: text,
};

/** Keywords whose value is one schema. */
export const schemaKeywords: ReadonlySet<string> = new Set([
  'not',
  'if',
  'then',
  'else',
  'items',
  'contains',
  'additionalProperties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

/** Keywords whose value is a list of schemas. */
export const schemaListKeywords: ReadonlySet<string> = new Set([
  'allOf',
  'anyOf',
  'oneOf',
  'prefixItems',
]);

/** Keywords whose value is schemas by name. */
export const schemaMapKeywords: ReadonlySet<string> = new Set([
  '$defs',
  'properties',
  'dependentSchemas',
]);

/** Formats that are checked. */
export const formats: ReadonlySet<string> = new Set([
  'date',
  'time',
  'date-time',
  'duration',
  'uri',
  'uri-reference',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
  'json-pointer',
]);
