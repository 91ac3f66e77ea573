import { isRecord } from '../../../secrets/domain/body-members.js';
import type { ForwardedRequest } from './forwarded.js';

/** Members of a patch that change no value; all others may. */
const harmless: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'immutable',
  'type',
]);
const HARMLESS_POINTER = /^\/metadata\/(labels|annotations|finalizers|ownerReferences)\//;

/**
 * Reports whether a write of an existing Secret may change values: each update, and each patch that
 * is not certainly limited to other members. Invalid JSON may.
 */
export function mayWriteValues({ verb, raw: { body } }: ForwardedRequest): boolean {
  if (verb === 'update') return true;
  if (verb !== 'patch') return false;
  const patch = parsed(body);
  if (Array.isArray(patch)) return !patch.every(isHarmless);
  return !isRecord(patch) || !Object.keys(patch).every((name) => harmless.has(name));
}

function isHarmless(operation: unknown): boolean {
  if (!isRecord(operation)) return false;
  const { path, from } = operation;
  return [path, ...(from === undefined ? [] : [from])].every(
    (pointer) => typeof pointer === 'string' && HARMLESS_POINTER.test(pointer),
  );
}

function parsed(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}
