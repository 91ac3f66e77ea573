import { createHash } from 'node:crypto';
import { syncLimits } from '../../core/sync-limits.js';

const VERSION = 'v1';
const ORIGIN = /^[0-9a-f]{12}$/;
const ORIGIN_DIGITS = 12;
const UID = /^[0-9a-zA-Z-]{1,64}$/;

/** Owner of a secret in a store: one SecretSync of one namespace of one cluster. */
export interface RemoteMark {
  readonly clusterUid: string;
  readonly namespaceUid: string;
  readonly syncUid: string;
  /** Secrets whose values the secret may contain; absent: none are known. */
  readonly origins?: readonly string[];
}

/** Mark as it was found: of an owner, none, or one that cannot be read and is of somebody else. */
export type FoundMark = RemoteMark | undefined | 'unreadable';

/** Returns the mark as one text, for a tag or a member of the metadata of a store. */
export function markText(mark: RemoteMark): string {
  const { origins = [] } = mark;
  return origins.length === 0 ? ownerText(mark) : `${ownerText(mark)}/${origins.join('.')}`;
}

/** Reads the text of a mark; a later version of the mark cannot be read, and is not taken over. */
export function readMark(text: string | undefined): FoundMark {
  if (text === undefined) return undefined;
  if (text.length > syncLimits.markCharactersMax) return 'unreadable';
  const [version, clusterUid = '', namespaceUid = '', syncUid = '', ...rest] = text.split('/');
  const uids = [clusterUid, namespaceUid, syncUid];
  const [last, ...more] = rest;
  const origins = last?.split('.') ?? [];
  const isWhole = version === VERSION && more.length === 0 && uids.every((uid) => UID.test(uid));
  if (!isWhole || !origins.every((origin) => ORIGIN.test(origin))) return 'unreadable';
  return { clusterUid, namespaceUid, syncUid, ...(origins.length > 0 && { origins }) };
}

/** Reports whether a mark is that of this owner, whatever its origins are. */
export function isMarkOf(mark: FoundMark, owner: RemoteMark): boolean {
  if (mark === undefined || mark === 'unreadable') return false;
  return ownerText(mark) === ownerText(owner);
}

/** Returns the origins of a mark; none for a mark that cannot be read. */
export function originsIn(mark: FoundMark): readonly string[] {
  return typeof mark === 'object' ? (mark.origins ?? []) : [];
}

/** Returns the text that stands for a Secret in marks. */
export function originOf(secret: {
  readonly clusterUid: string;
  readonly namespaceUid: string;
  readonly secretName: string;
}): string {
  const { clusterUid, namespaceUid, secretName } = secret;
  const place = JSON.stringify([clusterUid, namespaceUid, secretName]);
  return createHash('sha256').update(place).digest('hex').slice(0, ORIGIN_DIGITS);
}

function ownerText({ clusterUid, namespaceUid, syncUid }: RemoteMark): string {
  return [VERSION, clusterUid, namespaceUid, syncUid].join('/');
}

/** Syncs whose secrets in a store another sync takes over. */
export interface TakenOwners {
  /** Uid that the spec of the sync names. */
  readonly takeOverFrom?: string | undefined;
  /** Uids of syncs of the namespace that were deleted. */
  readonly formerOwners?: ReadonlySet<string> | undefined;
}

/** Reports whether a secret with a mark is taken over from the owner of the mark. */
export function isTakenOver(mark: FoundMark, { takeOverFrom, formerOwners }: TakenOwners): boolean {
  if (typeof mark !== 'object') return false;
  return mark.syncUid === takeOverFrom || formerOwners?.has(mark.syncUid) === true;
}
