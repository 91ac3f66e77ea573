import type { WrittenState } from '../../../secrets/domain/secret-history.js';
import { membersOf } from './lenient-json.js';

/** The state that an answer to a write shows; undefined where it is none of a Secret. */
export function writtenState(document: unknown): WrittenState | undefined {
  const { kind, type, metadata } = membersOf(document);
  if (kind !== 'Secret') return undefined;
  const { namespace, name, uid, resourceVersion } = membersOf(metadata);
  const texts = [namespace, name, uid, resourceVersion];
  if (!texts.every((text) => typeof text === 'string' && text !== '')) return undefined;
  // As the check says.
  const state = { namespace, name, uid, resourceVersion } as Omit<WrittenState, 'type'>;
  return { ...state, type: typeof type === 'string' ? type : 'Opaque' };
}
