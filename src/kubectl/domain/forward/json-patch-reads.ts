import { membersOf } from '../../../secrets/domain/body-members.js';

/** Members that contain, or may contain, values: themselves, their children and their parents. */
const HOLDS_VALUES =
  /^(?:$|\/metadata$|\/(?:data|stringData|metadata\/(?:annotations|managedFields))(?:\/|$))/;

/**
 * Reports whether a JSON patch reveals stored values: it compares one, or moves it where more
 * people can read it.
 * https://www.rfc-editor.org/rfc/rfc6902
 */
export function readsValues(patch: unknown): boolean {
  return !Array.isArray(patch) || patch.some(isReading);
}

/** Reports whether a JSON patch moves or copies stored values to another place. */
export function carriesValues(patch: unknown): boolean {
  return (
    !Array.isArray(patch) || patch.some((one) => membersOf(one)['op'] !== 'test' && isReading(one))
  );
}

function isReading(operation: unknown): boolean {
  const { op, path, from } = membersOf(operation);
  if (op === 'add' || op === 'replace' || op === 'remove') return false;
  const read = op === 'test' ? path : from;
  return typeof read !== 'string' || HOLDS_VALUES.test(read);
}
