import { SecretValue } from '../../core/secret-value.js';

/**
 * Returns one text of everything that defines a request, only for a keyed fingerprint: it contains
 * values and is never stored.
 */
export function canonicalBytes(request: unknown): Buffer {
  return Buffer.from(JSON.stringify(ordered(request)), 'utf8');
}

function ordered(value: unknown): unknown {
  if (value instanceof SecretValue) return { base64: value.revealBase64() };
  if (value instanceof Map) return { entries: [...value].map(ordered).toSorted(byText) };
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return entries.map(([name, member]) => [name, ordered(member)]).toSorted(byText);
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
