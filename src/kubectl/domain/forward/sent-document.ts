import { badRequest } from '../../../core/errors/sallyport-error.js';
import type { RawRequest } from '../../../core/forwarding.js';
import { parseJson } from '../../../core/parse-json.js';
import { isProtobuf } from './body-form.js';
import { membersOf } from '../../../secrets/domain/body-members.js';
import { isJsonPatch } from './patch-types.js';

/**
 * Returns the body of a write if the API server certainly reads it equally. Undefined if it may
 * not: YAML that is not also JSON, protobuf, a duplicate member. A JSON patch must be certain:
 * throws BadRequest or Invalid.
 */
export function sentDocument(raw: RawRequest): unknown {
  const { body = Buffer.alloc(0) } = raw;
  if (raw.method === 'DELETE' || isProtobuf(raw)) return undefined;
  if (isJsonPatch(raw)) return patchOf(body);
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

/**
 * Parses a patch. The API server ignores text before the first slash of a pointer: `x/data/k` is
 * `/data/k`. https://github.com/evanphx/json-patch/blob/v4.13.0/patch.go (`findObject`)
 */
function patchOf(body: Buffer): readonly unknown[] {
  const operations = parseJson(body);
  if (!Array.isArray(operations)) throw badRequest('a JSON patch is a list of operations');
  for (const operation of operations) {
    const { path, from } = membersOf(operation);
    if ([path, from].some(isNoPointer)) {
      throw badRequest('a pointer of a JSON patch is empty or begins with / (RFC 6901)');
    }
  }
  return operations;
}

/** Reports an invalid pointer; values that are no text are for the API server to refuse. */
function isNoPointer(pointer: unknown): boolean {
  return typeof pointer === 'string' && pointer !== '' && !pointer.startsWith('/');
}
