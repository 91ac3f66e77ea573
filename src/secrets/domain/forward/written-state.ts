import type { WrittenState } from '../secret-history.js';

/** The state that an answer to a write shows; undefined where it is none of a Secret. */
export function writtenState(body: Buffer): WrittenState | undefined {
  const document = parsed(body);
  const { metadata } = document;
  if (document.kind !== 'Secret' || metadata === undefined) return undefined;
  const { namespace, name, uid, resourceVersion } = metadata;
  const texts = [namespace, name, uid, resourceVersion];
  if (!texts.every((text) => typeof text === 'string' && text !== '')) return undefined;
  // As the check says.
  const state = { namespace, name, uid, resourceVersion } as Omit<WrittenState, 'type'>;
  return { ...state, type: typeof document.type === 'string' ? document.type : 'Opaque' };
}

interface Document {
  readonly kind?: unknown;
  readonly type?: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

function parsed(body: Buffer): Document {
  try {
    return (JSON.parse(body.toString('utf8')) ?? {}) as Document;
  } catch {
    return {};
  }
}
