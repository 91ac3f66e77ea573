import type { WrittenState } from '../../../secrets/domain/secret-history.js';
import { membersOf } from '../../../secrets/domain/body-members.js';

/** Returns the state in an answer to a write; undefined if it is no Secret's. */
export function writtenState(document: unknown): WrittenState | undefined {
  const { kind, type, metadata } = membersOf(document);
  if (kind !== 'Secret') return undefined;
  const { namespace, name, uid, resourceVersion } = membersOf(metadata);
  const texts = [namespace, name, uid, resourceVersion];
  if (!texts.every((text) => typeof text === 'string' && text !== '')) return undefined;
  // The check ensures this type.
  const state = { namespace, name, uid, resourceVersion } as Omit<WrittenState, 'type'>;
  return { ...state, type: typeof type === 'string' ? type : 'Opaque' };
}
