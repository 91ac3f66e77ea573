import { isRecord } from '../../../secrets/domain/body-members.js';
import { parseAnswer, unexpectedAnswer } from './answer-json.js';
import type { ShownSecret } from './forwarded.js';
import { withoutPageMarks } from './list-meta.js';
import type { ListPart } from './list-parts.js';
import { objectOf, shownSecret } from './shown-secrets.js';
import { type ForwardView, viewedObject } from './view.js';
import { viewedAnswer } from './viewed-answer.js';

/** Bytes to send of a part, which may be empty, and the Secret that they reveal. */
export interface ViewedPart {
  readonly bytes: Buffer;
  readonly shown?: ShownSecret;
}

const comma = 0x2c;
const arrayStart = 0x5b;
const nothing = Buffer.alloc(0);
/** Completes a tail to a document when it comes first. */
const listStart = '{"items":[';
/** Completes a head to a document when it comes last. */
const listEnd = ']}';

/**
 * Filters a list by a view, part by part: without a view, it returns every byte. With a view,
 * hidden objects are missing without a trace, and no further pages are indicated: clients must
 * request the whole list. Throws Forbidden and Unavailable as `viewedAnswer` does.
 */
export class ListView {
  readonly #view: ForwardView | undefined;
  #hasObject = false;

  constructor(view?: ForwardView) {
    this.#view = view;
  }

  take(part: ListPart): ViewedPart {
    if (part.kind === 'object') return this.#object(part);
    const isWhole = part.kind === 'head' && part.bytes.at(-1) !== arrayStart;
    if (isWhole) return wholeDocument(part.bytes, this.#view);
    if (!this.#view) return { bytes: part.bytes };
    return { bytes: part.kind === 'head' ? viewedHead(part.bytes) : viewedTail(part.bytes) };
  }

  #object({ before, bytes }: { before: Buffer; bytes: Buffer }): ViewedPart {
    const object = parseAnswer(bytes);
    if (!this.#view) {
      const shown = shownSecret(objectOf(object));
      return { bytes: Buffer.concat([before, bytes]), ...(shown && { shown }) };
    }
    const viewed = viewedObject(object, this.#view);
    if (!viewed) return { bytes: nothing };
    const separator = this.#hasObject ? before : before.filter((byte) => byte !== comma);
    this.#hasObject = true;
    const left = viewed.left === object ? bytes : Buffer.from(JSON.stringify(viewed.left));
    return { bytes: Buffer.concat([separator, left]), shown: viewed.shown };
  }
}

function wholeDocument(document: Buffer, view: ForwardView | undefined): ViewedPart {
  const { body, shown } = viewedAnswer(document, view);
  return { bytes: body, ...(shown[0] && { shown: shown[0] }) };
}

function viewedHead(head: Buffer): Buffer {
  const document = parseAnswer(Buffer.concat([head, Buffer.from(listEnd)]));
  const text = textWithoutPageMarks(document);
  return text === undefined ? head : Buffer.from(text.slice(0, -listEnd.length));
}

function viewedTail(tail: Buffer): Buffer {
  const document = parseAnswer(Buffer.concat([Buffer.from(listStart), tail]));
  const text = textWithoutPageMarks(document);
  return text === undefined ? tail : Buffer.from(`${text.slice(listStart.length)}\n`);
}

/** Returns text without page marks; undefined if there are none and the bytes can stay. */
function textWithoutPageMarks(document: unknown): string | undefined {
  if (!isRecord(document)) throw unexpectedAnswer('a list that is no object');
  const unmarked = withoutPageMarks(document);
  return unmarked === document ? undefined : JSON.stringify(unmarked);
}
