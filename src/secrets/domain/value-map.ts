import { type FieldError, SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { SecretValue } from '../../core/secret-value.js';
import { isRecord } from './body-members.js';
import { refuseIfAny } from './field-errors.js';
import { pointerTo } from './json-pointer.js';
import { dataKeyReason } from './names.js';
import type { SecretData, StringMap } from './secret.js';

/** Two spellings of one map: text, and padded base64. */
export interface ValueMapInput {
  readonly stringData?: unknown;
  readonly data?: unknown;
}

export type Spelling = keyof ValueMapInput;
export type ReadEncoding = 'auto' | 'base64';

export interface ReadMaps {
  readonly stringData: StringMap;
  readonly data: StringMap;
}

export interface ValueMapPatch {
  readonly set: SecretData;
  readonly removed: readonly string[];
}

/**
 * Parses the values of a create or replace: every key once, under either spelling. Throws
 * Invalid with all broken rules, or TooLarge.
 */
export function parseValueMap(input: ValueMapInput): Map<string, SecretValue> {
  return parse(input, 'refuseNull').set;
}

/** Parses a merge patch, in which null removes a key. RFC 7396. */
export function parseValueMapPatch(input: ValueMapInput): ValueMapPatch {
  return parse(input, 'nullRemoves');
}

/** Returns a value in the given spelling, or why it is invalid. The reason never quotes it. */
export function parseValue(spelling: Spelling, value: unknown): SecretValue | string {
  if (typeof value !== 'string') return 'must be a string';
  if (spelling === 'data') {
    return SecretValue.fromBase64(value) ?? 'must be base64 with padding (RFC 4648 section 4)';
  }
  return SecretValue.fromText(value) ?? 'must be well-formed Unicode; use data for other bytes';
}

/** Throws TooLarge if the decoded values exceed Kubernetes' limit for a Secret. */
export function refuseTooLarge(values: Iterable<SecretValue>): void {
  let sizeBytes = 0;
  for (const value of values) sizeBytes += value.sizeBytes;
  if (sizeBytes <= limits.secretSizeBytesMax) return;
  throw new SallyportError(
    'TooLarge',
    `a Secret holds at most ${limits.secretSizeBytesMax} bytes of decoded values`,
  );
}

/**
 * Returns the read shape: exact UTF-8 under `stringData`, other bytes under `data`; `base64` puts
 * all under `data`. Without prototypes, because `__proto__` is a valid key of a Secret.
 */
export function toReadMaps(data: SecretData, encoding: ReadEncoding): ReadMaps {
  const maps = { stringData: emptyMap(), data: emptyMap() };
  for (const [key, value] of sortedEntries(data)) {
    const text = encoding === 'base64' ? undefined : value.revealText();
    if (text === undefined) maps.data[key] = value.revealBase64();
    else maps.stringData[key] = text;
  }
  return maps;
}

/** Sorts by code point; keys are ASCII, so the order of UTF-16 units is equal. */
export function sortedEntries(data: SecretData): [string, SecretValue][] {
  return [...data].toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

/** Names of the keys, in the same order. */
export function sortedKeys(data: SecretData): string[] {
  return [...data.keys()].toSorted();
}

function parse(input: ValueMapInput, nulls: 'refuseNull' | 'nullRemoves') {
  const set = new Map<string, SecretValue>();
  const removed: string[] = [];
  const errors: FieldError[] = [];
  for (const [spelling, key, value] of spelledEntries(input, errors)) {
    const pointer = pointerTo(spelling, key);
    const keyReason = dataKeyReason(key) ?? spelledTwice(input, spelling, key);
    if (keyReason !== undefined) errors.push({ pointer, reason: keyReason });
    else if (value === null && nulls === 'nullRemoves') removed.push(key);
    else {
      const parsed = parseValue(spelling, value);
      if (typeof parsed === 'string') errors.push({ pointer, reason: parsed });
      else set.set(key, parsed);
    }
  }
  refuseIfAny(errors);
  refuseTooLarge(set.values());
  return { set, removed };
}

function spelledEntries(input: ValueMapInput, errors: FieldError[]) {
  const entries: [Spelling, string, unknown][] = [];
  for (const spelling of ['stringData', 'data'] as const) {
    const map = input[spelling];
    if (map === undefined) continue;
    if (!isRecord(map)) errors.push({ pointer: pointerTo(spelling), reason: 'must be an object' });
    else for (const [key, value] of Object.entries(map)) entries.push([spelling, key, value]);
  }
  return entries;
}

function spelledTwice(input: ValueMapInput, spelling: Spelling, key: string): string | undefined {
  const other = spelling === 'data' ? input.stringData : undefined;
  return isRecord(other) && Object.hasOwn(other, key) ? 'is named in stringData too' : undefined;
}

function emptyMap(): Record<string, string> {
  // `Object.create` is typed as any; a fresh object without prototype is an empty map of strings.
  return Object.create(null) as Record<string, string>;
}
