import {
  type FieldError,
  invalid,
  type SallyportError,
} from '../../../core/errors/sallyport-error.js';
import type { RawAnswer, RawRequest } from '../../../core/forwarding.js';
import { SecretValue } from '../../../core/secret-value.js';
import { warningHeader } from '../../../platform/http/domain/warning-header.js';
import { parsePointer } from '../../../secrets/domain/json-pointer.js';
import type { CheckedSecret, CheckSubject } from '../../../secrets/domain/secret-checks.js';
import type { StringMap } from '../../../secrets/domain/secret.js';
import { unexpectedAnswer } from './answer-json.js';
import type { ForwardedRequest } from './forwarded.js';
import { membersOf } from './lenient-json.js';
import { isApply } from './patch-types.js';

/** Write whose keys may have to be checked; `document` is its certain content, or undefined. */
type Write = ForwardedRequest & { readonly document: unknown };

/**
 * Returns the subjects that decide which schemas apply after a write. Undefined if they are not
 * known, so that only the API server can tell the state. `before` is the state before the write.
 */
export function subjectsAfter(
  { verb, namespace, raw, document }: Write,
  before: CheckSubject | undefined,
): readonly CheckSubject[] | undefined {
  if (document === undefined) return undefined;
  const isWhole = verb === 'create' || verb === 'update';
  if (isWhole) return [subjectOf(namespace, document)];
  if (isApply(raw)) return [subjectOf(namespace, document), ...(before ? [before] : [])];
  // A patch writes labels only if it names them, or a part with them.
  const mayWriteLabels = JSON.stringify(document).includes('labels');
  return before === undefined || mayWriteLabels ? undefined : [before];
}

function subjectOf(namespace: string, document: unknown): CheckSubject {
  const { type, metadata } = membersOf(document);
  const labels = textsOf(membersOf(metadata)['labels']);
  return { namespace, type: typeof type === 'string' && type !== '' ? type : 'Opaque', labels };
}

/** Returns the request as a dry run, whose answer is the whole object as JSON. */
export function asDryRun(raw: RawRequest): RawRequest {
  const others = raw.query.filter(([name]) => name !== 'dryRun' && name !== 'pretty');
  return { ...raw, accept: 'application/json', query: [...others, ['dryRun', 'All']] };
}

/** Parses the Secret in an answer of the API server. Throws Unavailable if it is none. */
export function checkedSecret(document: unknown): CheckedSecret {
  const { kind, type, metadata, data } = membersOf(document);
  const { namespace, name, labels, annotations } = membersOf(metadata);
  const isSecret = kind === 'Secret' && typeof namespace === 'string' && typeof name === 'string';
  if (!isSecret) throw unexpectedAnswer('a dry run of a Secret was answered by something else');
  const values = Object.entries(membersOf(data)).map(([key, value]) => {
    const decoded = typeof value === 'string' ? SecretValue.fromBase64(value) : undefined;
    if (decoded === undefined) throw unexpectedAnswer('a value of a Secret is not base64');
    return [key, decoded] as const;
  });
  return {
    namespace,
    name,
    type: typeof type === 'string' && type !== '' ? type : 'Opaque',
    labels: textsOf(labels),
    annotations: textsOf(annotations),
    data: new Map(values),
  };
}

/** Returns the refusal in the form of the API server: fields such as `data[password]`. */
export function refusedFields(name: string, errors: readonly FieldError[]): SallyportError {
  const causes = errors.map(({ pointer, reason }) => ({
    pointer: fieldOf(pointer),
    reason: `Invalid value: ${reason}`,
  }));
  const sentences = causes.map(({ pointer, reason }) => `${pointer}: ${reason}`);
  const all = sentences.length === 1 ? sentences.join('') : `[${sentences.join(', ')}]`;
  return invalid(causes, `Secret "${name}" is invalid: ${all}`);
}

/** Adds warnings to an answer; kubectl prints them (RFC 9111, section 5.5). */
export function withWarnings(answer: RawAnswer, warnings: readonly string[]): RawAnswer {
  if (warnings.length === 0) return answer;
  const { warning: own = '' } = warningHeader(warnings);
  const known = answer.headers['warning'];
  const warning = known === undefined ? own : `${known}, ${own}`;
  return { ...answer, headers: { ...answer.headers, warning } };
}

function fieldOf(pointer: string): string {
  const [root = '', ...keys] = parsePointer(pointer) ?? [];
  const place = root === 'annotations' ? 'metadata.annotations' : root;
  return place + keys.map((key) => `[${key}]`).join('');
}

function textsOf(value: unknown): StringMap {
  const entries = Object.entries(membersOf(value));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
