import type { RawAnswer, RawRequest } from '../../../core/forwarding.js';
import { warningHeader } from '../../../platform/http/domain/warning-header.js';
import { checkedObject, textsOf } from '../../../secrets/domain/checked-object.js';
import type { CheckedSecret, CheckSubject } from '../../../secrets/domain/secret-checks.js';
import { unexpectedAnswer } from './answer-json.js';
import type { ForwardedRequest } from './forwarded.js';
import { membersOf } from '../../../secrets/domain/body-members.js';
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
  // A patch leaves the type and the labels that it does not name.
  if (before === undefined) return undefined;
  if (isApply(raw)) return [subjectOf(namespace, document), before];
  // It writes labels only if it names them, or a part with them.
  const mayWriteLabels = JSON.stringify(document).includes('labels');
  return mayWriteLabels ? undefined : [before];
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
  const secret = checkedObject(document);
  if (secret !== undefined) return secret;
  throw unexpectedAnswer('a dry run of a Secret was answered by something else');
}

/** Adds warnings to an answer; kubectl prints them (RFC 9111, section 5.5). */
export function withWarnings(answer: RawAnswer, warnings: readonly string[]): RawAnswer {
  if (warnings.length === 0) return answer;
  const { warning: own = '' } = warningHeader(warnings);
  const known = answer.headers['warning'];
  const warning = known === undefined ? own : `${known}, ${own}`;
  return { ...answer, headers: { ...answer.headers, warning } };
}
