import { membersOf } from './lenient-json.js';

/** Members in which values stand, or may: themselves, what is below them, and what holds them. */
const HOLDS_VALUES =
  /^(?:$|\/metadata$|\/(?:data|stringData|metadata\/(?:annotations|managedFields))(?:\/|$))/;

/**
 * Whether a JSON patch tells of values that are there: it compares one, or puts it where more
 * people look. https://www.rfc-editor.org/rfc/rfc6902
 */
export function readsValues(patch: unknown): boolean {
  return !Array.isArray(patch) || patch.some(isReading);
}

function isReading(operation: unknown): boolean {
  const { op, path, from } = membersOf(operation);
  if (op === 'add' || op === 'replace' || op === 'remove') return false;
  const read = op === 'test' ? path : from;
  return typeof read !== 'string' || HOLDS_VALUES.test(read);
}
