import {
  type FieldError,
  invalid,
  type SallyportError,
  withSchema,
} from '../../core/errors/sallyport-error.js';
import { SecretValue } from '../../core/secret-value.js';
import { type Body, membersOf } from './body-members.js';
import { parsePointer } from './json-pointer.js';
import type { CheckedSecret } from './secret-checks.js';
import type { SecretData, StringMap } from './secret.js';

/**
 * Returns a Secret in the form of the API server, as checks see it. Returns undefined if the
 * document is no Secret, or a value is not base64.
 */
export function checkedObject(document: unknown): CheckedSecret | undefined {
  const values = new Map<string, SecretValue>();
  const data = dataOf(document);
  for (const key of Object.keys(data)) {
    const decoded = decodedValue(data[key]);
    if (decoded === undefined) return undefined;
    values.set(key, decoded);
  }
  return checkedWith(document, values);
}

/** Returns the values of a Secret in the form of the API server, encoded. */
export function dataOf(document: unknown): Body {
  return membersOf(membersOf(document)['data']);
}

/** Decodes a value; undefined if it is not base64. Null is empty, as for the API server. */
export function decodedValue(value: unknown): SecretValue | undefined {
  const text = value ?? '';
  return typeof text === 'string' ? SecretValue.fromBase64(text) : undefined;
}

/** Returns a Secret as checks see it, with decoded values; undefined if it is no Secret. */
export function checkedWith(document: unknown, data: SecretData): CheckedSecret | undefined {
  const { kind, type, metadata } = membersOf(document);
  const { namespace, name, labels, annotations } = membersOf(metadata);
  if (kind !== 'Secret' || typeof namespace !== 'string' || typeof name !== 'string') {
    return undefined;
  }
  return {
    namespace,
    name,
    type: typeof type === 'string' && type !== '' ? type : 'Opaque',
    labels: textsOf(labels),
    annotations: textsOf(annotations),
    data,
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
