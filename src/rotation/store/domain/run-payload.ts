import { Buffer } from 'node:buffer';
import { SecretValue } from '../../../core/secret-value.js';
import { IntegrityError } from '../../../encryption/domain/integrity-error.js';
import type { RunValues } from '../../domain/rotation.store.js';

/** No version of a Secret has such a member, so that neither can be opened as the other. */
const SCHEMA = 'run/1';

/** Encodes the values of a run as bytes. They contain plaintext: seal them, then zero them. */
export function runPayloadOf({ body, pending, former }: RunValues): Buffer {
  const payload = { rotation: SCHEMA, body, pending: encoded(pending), former: encoded(former) };
  return Buffer.from(JSON.stringify(payload), 'utf8');
}

/** Decodes the values. Throws IntegrityError, which quotes nothing, if they are invalid. */
export function runValuesOf(payload: Uint8Array): RunValues {
  const { rotation, body, pending, former } = recordFrom(parsed(payload));
  if (rotation !== SCHEMA) throw new IntegrityError();
  return { body: recordFrom(body), pending: decoded(pending), former: decoded(former) };
}

/** Returns pairs, in which a key `__proto__` stays a key. */
function encoded(values: RunValues['pending']): readonly (readonly [string, string])[] {
  return [...values].map(([key, value]) => [key, value.revealBase64()] as const);
}

function decoded(pairs: unknown): RunValues['pending'] {
  if (!Array.isArray(pairs)) throw new IntegrityError();
  return new Map(pairs.map(pairOf));
}

function pairOf(pair: unknown): readonly [string, SecretValue] {
  const [key, base64] = (Array.isArray(pair) ? pair : []) as readonly unknown[];
  if (typeof key !== 'string' || typeof base64 !== 'string') throw new IntegrityError();
  const value = SecretValue.fromBase64(base64);
  if (value === undefined) throw new IntegrityError();
  return [key, value];
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    // JSON.parse errors quote their input.
    throw new IntegrityError();
  }
}

function recordFrom(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new IntegrityError();
  // The check ensures an object; the types of its members stay unknown.
  return value as Record<string, unknown>;
}
