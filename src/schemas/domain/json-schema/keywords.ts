type Shape = (value: unknown) => boolean;

const isText: Shape = (value) => typeof value === 'string';
const isFlag: Shape = (value) => typeof value === 'boolean';
const isNumber: Shape = (value) => typeof value === 'number';
const isCount: Shape = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isTexts: Shape = (value) => Array.isArray(value) && value.every(isText);
const isAny: Shape = () => true;
const types = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'];
const isType: Shape = (value) => {
  const named = [value].flat();
  const isUnique = named.length > 0 && new Set(named).size === named.length;
  return isUnique && named.every((one) => types.includes(one as string));
};
const isTextLists: Shape = (value) => {
  return typeof value === 'object' && value !== null && Object.values(value).every(isTexts);
};

/** Keywords whose value is no schema, with what the value must be (JSON Schema Validation). */
export const plainKeywords: Readonly<Record<string, Shape>> = {
  $schema: (value) => value === 'https://json-schema.org/draft/2020-12/schema',
  $comment: isText,
  $ref: isText,
  title: isText,
  description: isText,
  default: isAny,
  examples: (value) => Array.isArray(value),
  deprecated: isFlag,
  readOnly: isFlag,
  writeOnly: isFlag,
  type: isType,
  const: isAny,
  enum: (value) => Array.isArray(value) && value.length > 0,
  multipleOf: (value) => isNumber(value) && Number(value) > 0,
  maximum: isNumber,
  minimum: isNumber,
  exclusiveMaximum: isNumber,
  exclusiveMinimum: isNumber,
  maxLength: isCount,
  minLength: isCount,
  maxItems: isCount,
  minItems: isCount,
  maxContains: isCount,
  minContains: isCount,
  maxProperties: isCount,
  minProperties: isCount,
  uniqueItems: isFlag,
  required: isTexts,
  dependentRequired: isTextLists,
  pattern: isText,
  format: isText,
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
