import { parseJson } from '../../../core/parse-json.js';
import type { RawRequest } from '../../../core/forwarding.js';
import { isJsonPatch } from './patch-types.js';

/** Members in which values stand, or may: themselves, what is below them, and what holds them. */
const HOLDS_VALUES =
  /^(?:$|\/metadata$|\/(?:data|stringData|metadata\/(?:annotations|managedFields))(?:\/|$))/;

/**
 * Whether a JSON patch tells of values that are there: it compares one, or puts it where more
 * people look. One that cannot be read as plainly as the API server may read it does.
 * https://www.rfc-editor.org/rfc/rfc6902
 */
export function readsValues(raw: RawRequest): boolean {
  if (!isJsonPatch(raw)) return false;
  try {
    const operations = parseJson(raw.body ?? Buffer.alloc(0));
    return !Array.isArray(operations) || operations.some(isReading);
  } catch {
    return true;
  }
}

function isReading(operation: unknown): boolean {
  const { op, path, from } = (operation ?? {}) as Record<string, unknown>;
  if (op === 'add' || op === 'replace' || op === 'remove') return false;
  const read = op === 'test' ? path : from;
  return typeof read !== 'string' || HOLDS_VALUES.test(read);
}
