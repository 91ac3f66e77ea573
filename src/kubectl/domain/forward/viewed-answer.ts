import { SallyportError } from '../../../core/errors/sallyport-error.js';
import { type Body, isRecord } from '../../../secrets/domain/body-members.js';
import { answerBytes, parseAnswer, unexpectedAnswer } from './answer-json.js';
import type { ShownSecret } from './forwarded.js';
import { withoutPageMarks } from './list-meta.js';
import { type ListedObjects, listOf, shownSecrets } from './shown-secrets.js';
import { type ForwardView, viewedObject } from './view.js';

/** Body to send, and everything that it reveals. */
export interface ViewedAnswer {
  readonly body: Buffer;
  readonly shown: readonly ShownSecret[];
}

/** Parsed answer after filtering; the original object if nothing was removed. */
export interface ViewedDocument {
  readonly left: unknown;
  readonly shown: readonly ShownSecret[];
}

/**
 * Filters a whole answer to a read or a write: its exact bytes, or the part in the view; lists lose
 * hidden objects. Throws Forbidden if the view hides the only object. Throws Unavailable for
 * answers that no API server sends.
 */
export function viewedAnswer(body: Buffer, view?: ForwardView): ViewedAnswer {
  return viewedBody(body, parseAnswer(body), view);
}

/** Filters a parsed answer. */
export function viewedBody(body: Buffer, document: unknown, view?: ForwardView): ViewedAnswer {
  if (!view) return { body, shown: shownSecrets(document) };
  const viewed = viewedDocument(document, view);
  if (!viewed) throw new SallyportError('Forbidden', 'the scope of the token forbids this');
  const { left, shown } = viewed;
  return { body: left === document ? body : answerBytes(left), shown };
}

/**
 * Filters an answer by a view; undefined for a single hidden object. Throws Unavailable for a kind
 * whose position of objects is unknown.
 */
export function viewedDocument(document: unknown, view: ForwardView): ViewedDocument | undefined {
  if (!isRecord(document)) throw unexpectedAnswer('an answer that is no object');
  if (document.kind === 'Status') return { left: document, shown: [] };
  const list = listOf(document);
  if (list) return viewedList(document, list, view);
  if (document.kind !== 'Secret' && document.kind !== 'PartialObjectMetadata') {
    throw unexpectedAnswer('an answer of a kind that a view does not know');
  }
  const viewed = viewedObject(document, view);
  return viewed && { left: viewed.left, shown: [viewed.shown] };
}

function viewedList(document: Body, list: ListedObjects, view: ForwardView): ViewedDocument {
  const { member, elements } = list;
  const viewed = elements.flatMap((element) => viewedObject(element, view) ?? []);
  const isWhole =
    document[member] === elements &&
    viewed.length === elements.length &&
    viewed.every(({ left }, index) => left === elements[index]);
  const unmarked = withoutPageMarks(document);
  const left = isWhole ? unmarked : { ...unmarked, [member]: viewed.map((each) => each.left) };
  return { left, shown: viewed.map(({ shown }) => shown) };
}
