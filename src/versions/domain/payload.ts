import { IntegrityError } from '../../encryption/domain/integrity-error.js';
import { SecretValue } from '../../core/secret-value.js';
import type { OwnerReference, StoredSecret, StringMap } from '../../secrets/domain/secret.js';

const SCHEMA = 1;

/** Content of a Secret in a version: all but its finalizers, its ids and its times. */
export type SecretContent = Pick<
  StoredSecret,
  'type' | 'immutable' | 'labels' | 'annotations' | 'ownerReferences' | 'data'
>;

/**
 * Encodes a content as bytes in one form: equal contents have equal bytes. They contain plaintext:
 * seal them, then zero them.
 */
export function payloadOf(content: SecretContent): Buffer {
  const { type, immutable, labels, annotations, ownerReferences, data } = content;
  const values = [...data].map(([key, value]) => [key, value.revealBase64()] as const);
  const payload = {
    schema: SCHEMA,
    type,
    immutable,
    labels: sorted(Object.entries(labels)),
    annotations: sorted(Object.entries(annotations)),
    ownerReferences: ownerReferences.map(orderedReference),
    data: sorted(values),
  };
  return Buffer.from(JSON.stringify(payload), 'utf8');
}

/** Decodes a payload. Throws IntegrityError, which quotes nothing, if it is invalid. */
export function contentOf(payload: Uint8Array): SecretContent {
  const parsed = recordFrom(parse(payload));
  if (parsed['schema'] !== SCHEMA) throw notAPayload();
  return {
    type: text(parsed['type']),
    immutable: truth(parsed['immutable']),
    labels: textMap(parsed['labels']),
    annotations: textMap(parsed['annotations']),
    ownerReferences: list(parsed['ownerReferences']).map(referenceOf),
    data: new Map(Object.entries(recordFrom(parsed['data'])).map(valueOf)),
  };
}

/** Sorts. fromEntries defines members, so a key `__proto__` stays a key; so does JSON.parse. */
function sorted(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function orderedReference(reference: OwnerReference): OwnerReference {
  const { apiVersion, kind, name, uid, controller, blockOwnerDeletion } = reference;
  return {
    apiVersion,
    kind,
    name,
    uid,
    ...(controller === undefined ? {} : { controller }),
    ...(blockOwnerDeletion === undefined ? {} : { blockOwnerDeletion }),
  };
}

function referenceOf(json: unknown): OwnerReference {
  const { apiVersion, kind, name, uid, controller, blockOwnerDeletion } = recordFrom(json);
  return {
    apiVersion: text(apiVersion),
    kind: text(kind),
    name: text(name),
    uid: text(uid),
    ...(controller === undefined ? {} : { controller: truth(controller) }),
    ...(blockOwnerDeletion === undefined ? {} : { blockOwnerDeletion: truth(blockOwnerDeletion) }),
  };
}

function valueOf([key, base64]: [string, unknown]): [string, SecretValue] {
  const value = SecretValue.fromBase64(text(base64));
  if (value === undefined) throw notAPayload();
  return [key, value];
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    // JSON.parse errors quote their input.
    throw notAPayload();
  }
}

function recordFrom(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notAPayload();
  // The check ensures an object; the types of its members stay unknown.
  return value as Record<string, unknown>;
}

function textMap(value: unknown): StringMap {
  const entries = Object.entries(recordFrom(value));
  return Object.fromEntries(entries.map(([name, member]) => [name, text(member)]));
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw notAPayload();
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw notAPayload();
  return value;
}

function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw notAPayload();
  return value;
}

function notAPayload(): IntegrityError {
  return new IntegrityError();
}
