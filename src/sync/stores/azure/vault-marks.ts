import {
  type FoundMark,
  isMarkOf,
  markText,
  readMark,
  type RemoteMark,
} from '../../domain/remote-mark.js';
import type { RemoteWrite } from '../../domain/remote-store.js';
import { seenVersions } from '../../domain/foreign-versions.js';
import { vaultTags, type VaultVersion } from './vault-answer.js';

/**
 * Returns the mark of a secret. Tags belong to a version: if others write one without tags, the
 * mark is that of the newest version that has one. Marks that differ in one second are unreadable.
 */
export function markOf(current: VaultVersion, versions: readonly VaultVersion[]): FoundMark {
  const own = current.tags[vaultTags.owner];
  if (own !== undefined) return readMark(own);
  const marked = versions.filter(({ tags }) => tags[vaultTags.owner] !== undefined);
  const newestSeconds = Math.max(...marked.map(({ createdSeconds }) => createdSeconds));
  const newest = marked.filter(({ createdSeconds }) => createdSeconds === newestSeconds);
  const [mark, ...others] = newest.map(({ tags }) => readMark(tags[vaultTags.owner]));
  const isOne = typeof mark === 'object' && others.every((other) => isMarkOf(other, mark));
  return isOne || others.length === 0 ? mark : 'unreadable';
}

/** Returns the tags of the current version with a mark, without those of an earlier write. */
export function markedTags(
  current: Pick<VaultVersion, 'tags'> | undefined,
  mark: RemoteMark,
): Readonly<Record<string, string>> {
  return { ...current?.tags, [vaultTags.owner]: markText(mark) };
}

/** Returns the tags of a new version: other tags of the current one stay. */
export function writtenTags(
  current: VaultVersion | undefined,
  versions: readonly VaultVersion[],
  { mark, idempotencyToken }: Pick<RemoteWrite, 'mark' | 'idempotencyToken'>,
): Readonly<Record<string, string>> {
  return {
    ...markedTags(current, mark),
    [vaultTags.write]: idempotencyToken,
    [vaultTags.seen]: seenVersions(versions, current?.id).join(''),
  };
}
