import type { OutputUnit } from '@cfworker/json-schema';
import { schemaLimits } from '../../../core/schema-limits.js';
import { isRecord } from '../../../secrets/domain/body-members.js';
import { formatPrefix, type JsonSchema, patternPrefix } from './prepare-schema.js';

/** Keywords that only repeat what their subschemas report. */
const carriers = new Set([
  '$ref',
  'additionalProperties',
  'allOf',
  'dependentSchemas',
  'else',
  'if',
  'items',
  'prefixItems',
  'properties',
  'propertyNames',
  'then',
]);
const SHOWN_CHARACTERS_MAX = 200;

/**
 * Returns the reasons of a failed validation in terms of the schema alone: neither a value nor a
 * name of a member of the document.
 */
export function reasonsOf(schema: JsonSchema, errors: readonly OutputUnit[]): readonly string[] {
  if (errors.length === 0) return [];
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const own = errors.filter(({ keyword, keywordLocation }) => {
    const isWithin = alternatives.some((one) =>
      keywordLocation.startsWith(`${one.keywordLocation}/`),
    );
    return !carriers.has(keyword) && !isWithin;
  });
  const reasons = own.map((error) => reasonOf(schema, error));
  const unique = [...new Set(reasons)].slice(0, schemaLimits.reasonsMax);
  return unique.length > 0 ? unique : ['does not match its schema'];
}

function reasonOf(schema: JsonSchema, { keyword, keywordLocation, error }: OutputUnit): string {
  // The library puts the location of the document here.
  if (keyword === 'false') return 'has a member that its schema does not allow';
  const tokens = keywordLocation.split('/').slice(1);
  const value = valueAt(schema, tokens.map(unescaped));
  const place = placeOf(tokens.slice(0, -1));
  if (keyword === 'format' && typeof value === 'string') return formatReason(value, place);
  if (keyword === 'required') return `must have ${requiredIn(error, value)}${place}`;
  const shown = isPlain(value) ? shownValue(value) : undefined;
  return shown === undefined
    ? `breaks ${keyword}${place}`
    : `must have ${keyword} ${shown}${place}`;
}

function formatReason(name: string, place: string): string {
  if (name.startsWith(patternPrefix)) {
    return `must match the pattern ${name.slice(patternPrefix.length)}${place}`;
  }
  return `must have the format ${name.slice(formatPrefix.length)}${place}`;
}

/** Returns which required members are missing; the schema names them. */
function requiredIn(error: string, value: unknown): string {
  const names = Array.isArray(value) ? (value as unknown[]).map(String) : [];
  return names.find((name) => error.includes(`"${name}"`)) ?? 'all required members';
}

/** Returns the location in the schema, without what only leads to it. */
function placeOf(tokens: readonly string[]): string {
  const isNamed = tokens.some((token) => token === 'properties' || token === 'items');
  if (!isNamed) return '';
  const last = tokens.at(-2) === 'allOf' ? tokens.slice(0, -2) : tokens;
  return ` at ${last.map((token) => `/${decodeURIComponent(token)}`).join('')} of its schema`;
}

function valueAt(schema: JsonSchema, tokens: readonly string[]): unknown {
  let value: unknown = schema;
  for (const token of tokens) {
    const isInside = isRecord(value) || Array.isArray(value);
    value = isInside ? (value as Readonly<Record<string, unknown>>)[token] : undefined;
    if (token === '$ref' && typeof value === 'string') {
      value = valueAt(schema, value.split('/').slice(1).map(unescaped));
    }
  }
  return value;
}

/** Reports whether the value of a keyword is no schema. */
function isPlain(value: unknown): boolean {
  return !isRecord(value) && !(Array.isArray(value) && value.some(isRecord));
}

function shownValue(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  return text.length <= SHOWN_CHARACTERS_MAX ? text : undefined;
}

function unescaped(token: string): string {
  return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
}
