import type { ParsedShare } from './share-spec.js';
import { stateOf } from './share-view.js';

/** States of a share around a change; undefined if there is no share. */
export interface ShareChange {
  readonly before: ParsedShare | undefined;
  readonly after: ParsedShare | undefined;
}

/** Reports whether a change ends a share, for all or for one namespace. */
export function isEnd({ before, after }: ShareChange, nowMs: number): boolean {
  const isSame = before?.object.uid === after?.object.uid;
  const remaining = new Set(isSame ? consumersOf(after, nowMs) : []);
  return consumersOf(before, nowMs).some((namespace) => !remaining.has(namespace));
}

/** Returns the namespaces that a share offers its keys. */
function consumersOf(share: ParsedShare | undefined, nowMs: number): readonly string[] {
  if (share === undefined || stateOf(share, undefined, nowMs).state !== 'Active') return [];
  const to = share.spec?.to ?? [];
  return to.filter(({ revoked }) => !revoked).map(({ namespace }) => namespace);
}
