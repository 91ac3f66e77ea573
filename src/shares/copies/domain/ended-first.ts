import { grantOf } from '../../domain/grant.js';
import type { ParsedImport } from '../../domain/import-spec.js';
import { noPins } from '../../domain/share-pins.js';
import type { ParsedShare } from '../../domain/share-spec.js';
import type { CopyRecord } from './copy-record.js';

/** Copy, and the objects of both sides as they are known; undefined: there is none. */
export interface KnownCopy {
  readonly uid: string;
  readonly record: CopyRecord;
  readonly imported: ParsedImport | undefined;
  readonly share: ParsedShare | undefined;
}

/** Divides copies by whether something is there that the objects alone show to have ended. */
export function endedFirst<T extends KnownCopy>(
  copies: readonly T[],
  nowMs: number,
): { readonly ended: readonly T[]; readonly others: readonly T[] } {
  const ended = copies.filter((copy) => hasEnded(copy, nowMs));
  const known = new Set(ended);
  return { ended, others: copies.filter((copy) => !known.has(copy)) };
}

function hasEnded({ uid, record, imported, share }: KnownCopy, nowMs: number): boolean {
  if (record.keys.length === 0) return false;
  if (imported?.object.uid !== uid || imported.spec?.target === undefined) return true;
  return isEndedByObjects({ imported, share }, nowMs);
}

/** Reports whether the objects of both sides alone show that no copy is granted. */
export function isEndedByObjects(
  objects: Pick<KnownCopy, 'imported' | 'share'>,
  nowMs: number,
): boolean {
  const facts = { ...objects, pins: noPins, delivery: 'copy', reader: undefined } as const;
  return typeof grantOf({ ...facts, nowMs }) === 'string';
}
