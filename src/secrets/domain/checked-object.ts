import {
  type FieldError,
  invalid,
  type SallyportError,
  withSchema,
} from '../../core/errors/sallyport-error.js';
import { SecretValue } from '../../core/secret-value.js';
import { membersOf } from './body-members.js';
import { parsePointer } from './json-pointer.js';
import type { CheckedSecret } from './secret-checks.js';
import type { StringMap } from './secret.js';

/**
 * Returns a Secret in the form of the API server, as checks see it. A value of null is empty, as
 * for the API server. Returns undefined if the document is no Secret, or a value is not base64.
 */
export function checkedObject(document: unknown): CheckedSecret | undefined {
  const { kind, type, metadata, data } = membersOf(document);
  const { namespace, name, labels, annotations } = membersOf(metadata);
  if (kind !== 'Secret' || typeof namespace !== 'string' || typeof name !== 'string') {
    return undefined;
  }
  const values = new Map<string, SecretValue>();
  for (const [key, value] of Object.entries(membersOf(data))) {
    const text = value ?? '';
    const decoded = typeof text === 'string' ? SecretValue.fromBase64(text) : undefined;
    if (decoded === undefined) return undefined;
    values.set(key, decoded);
  }
  return {
    namespace,
    name,
    type: typeof type === 'string' && type !== '' ? type : 'Opaque',
    labels: textsOf(labels),
    annotations: textsOf(annotations),
    data: values,
  };
}

/** Returns the refusal in the form of the API server: fields such as `data[password]`. */
export function refusedFields(name: string, errors: readonly FieldError[]): SallyportError {
  const causes = errors.map((error) => ({
    pointer: fieldOf(error.pointer),
    reason: `Invalid value: ${withSchema(error)}`,
  }));
  const sentences = causes.map(({ pointer, reason }) => `${pointer}: ${reason}`);
  const all = sentences.length === 1 ? sentences.join('') : `[${sentences.join(', ')}]`;
  return invalid(causes, `Secret "${name}" is invalid: ${all}`);
}

/** Returns the members of an object that are texts. */
export function textsOf(value: unknown): StringMap {
  const entries = Object.entries(membersOf(value));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function fieldOf(pointer: string): string {
  const [root = '', ...keys] = parsePointer(pointer) ?? [];
  const place = root === 'annotations' ? 'metadata.annotations' : root;
  return place + keys.map((key) => `[${key}]`).join('');
}
