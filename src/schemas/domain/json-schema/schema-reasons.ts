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
  const reasons = new Set<string>();
  for (const error of ownErrors(errors)) {
    reasons.add(reasonOf(schema, error));
    if (reasons.size >= schemaLimits.reasonsMax) break;
  }
  return reasons.size > 0 ? [...reasons] : ['does not match its schema'];
}

/** Returns the errors that say something of their own, each once for its location. */
function* ownErrors(errors: readonly OutputUnit[]): Generator<OutputUnit> {
  const alternatives = new Set<string>();
  for (const { keyword, keywordLocation } of errors) {
    if (keyword === 'anyOf' || keyword === 'oneOf') alternatives.add(keywordLocation);
  }
  const seen = new Set<string>();
  for (const error of errors) {
    const { keyword, keywordLocation } = error;
    if (carriers.has(keyword)) continue;
    // The library puts the location of the document there.
    const location = keyword === 'false' ? keyword : keywordLocation;
    const key = keyword === 'required' ? `${location} ${error.error}` : location;
    if (seen.has(key)) continue;
    if (seen.size >= schemaLimits.reasonLocationsMax) return;
    seen.add(key);
    if (!isWithin(alternatives, location)) yield error;
  }
}

/** Reports whether a location is below one of others. */
function isWithin(others: ReadonlySet<string>, location: string): boolean {
  if (others.size === 0) return false;
  for (let end = location.lastIndexOf('/'); end > 0; end = location.lastIndexOf('/', end - 1)) {
    if (others.has(location.slice(0, end))) return true;
  }
  return false;
}

function reasonOf(schema: JsonSchema, { keyword, keywordLocation, error }: OutputUnit): string {
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

/** Returns which required member is missing, if the schema names it. */
function requiredIn(error: string, value: unknown): string {
  const name = error.slice(error.indexOf('"') + 1, error.lastIndexOf('"'));
  return Array.isArray(value) && value.includes(name) ? name : 'all required members';
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
