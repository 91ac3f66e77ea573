import { syncLimits } from '../../core/sync-limits.js';

const VERSION = 'v1';
const UID = /^[0-9a-zA-Z-]{1,64}$/;

/** Owner of a secret in a store: one SecretSync of one namespace of one cluster. */
export interface RemoteMark {
  readonly clusterUid: string;
  readonly namespaceUid: string;
  readonly syncUid: string;
}

/** Mark as it was found: of an owner, none, or one that cannot be read and is of somebody else. */
export type FoundMark = RemoteMark | undefined | 'unreadable';

/** Returns the mark as one text, for a tag or a member of the metadata of a store. */
export function markText({ clusterUid, namespaceUid, syncUid }: RemoteMark): string {
  return [VERSION, clusterUid, namespaceUid, syncUid].join('/');
}

/** Reads the text of a mark; a later version of the mark cannot be read, and is not taken over. */
export function readMark(text: string | undefined): FoundMark {
  if (text === undefined) return undefined;
  if (text.length > syncLimits.markCharactersMax) return 'unreadable';
  const [version, clusterUid = '', namespaceUid = '', syncUid = '', ...rest] = text.split('/');
  const uids = [clusterUid, namespaceUid, syncUid];
  const isWhole = version === VERSION && rest.length === 0 && uids.every((uid) => UID.test(uid));
  return isWhole ? { clusterUid, namespaceUid, syncUid } : 'unreadable';
}

/** Reports whether a mark is that of this owner. */
export function isMarkOf(mark: FoundMark, owner: RemoteMark): boolean {
  if (mark === undefined || mark === 'unreadable') return false;
  return markText(mark) === markText(owner);
}
