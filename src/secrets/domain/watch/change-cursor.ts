import { badRequest } from '../../../core/errors/sallyport-error.js';
import { decodeCursor, encodeCursor } from '../../../core/page.js';

/** Position up to which a client has received changes. */
export interface ChangeCursor {
  /** All changes up to this resourceVersion … */
  readonly reached: string;
  /** … to names up to this one; undefined if it is so of all names. */
  readonly upTo?: string | undefined;
}

const resourceVersion = /^\d{1,40}$/;

/** Encodes a cursor: opaque, and valid only for this namespace. */
export function encodeChangeCursor(namespace: string, { reached, upTo }: ChangeCursor): string {
  return encodeCursor({ ns: namespace, v: reached, ...(upTo === undefined ? {} : { n: upTo }) });
}

/** Decodes a cursor. Throws BadRequest for an invalid cursor of this namespace's changes. */
export function decodeChangeCursor(namespace: string, text: string): ChangeCursor {
  const { ns, v, n } = contentOf(text);
  if (ns !== namespace || v === undefined || !resourceVersion.test(v)) throw notACursor();
  return n === undefined ? { reached: v } : { reached: v, upTo: n };
}

function contentOf(text: string): Record<string, string | undefined> {
  try {
    return decodeCursor(text);
  } catch {
    throw notACursor();
  }
}

function notACursor() {
  return badRequest('the cursor is none of a stream of changes of this namespace');
}
