import { isDeepStrictEqual } from 'node:util';
import { syncLimits } from '../../../core/sync-limits.js';
import { type MadeVersion, overwrittenVersions } from '../../domain/foreign-versions.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { type FoundMark, isMarkOf } from '../../domain/remote-mark.js';
import {
  type MarkChange,
  type PendingWrite,
  type RemoteSecret,
  type RemoteState,
  RemoteStore,
  type RemoteWrite,
  type RemoteWritten,
} from '../../domain/remote-store.js';
import { BearerCalls, type BearerCallsOptions } from '../bearer-calls.js';
import { textOf } from '../json-values.js';
import { bounded, contentOf, readText, type SecretPayload } from '../secret-payload.js';
import { afterWrite, bodyOf, changed } from '../store-answer.js';
import {
  isSecretNotFound,
  notVault,
  vaultTags,
  type VaultVersion,
  versionOf,
} from './vault-answer.js';
import { markedTags, markOf, writtenTags } from './vault-marks.js';
import { VaultRequests, type VaultValue } from './vault-requests.js';

export type AzureStoreOptions = BearerCallsOptions & { readonly payload: SecretPayload };

/**
 * Secrets of an Azure Key Vault. The vault has no conditional write: each write lists the versions
 * before and after it. A name has `--` for each `/`.
 * https://learn.microsoft.com/azure/key-vault/secrets/about-secrets
 */
export class AzureStore extends RemoteStore {
  readonly #calls: BearerCalls;
  override readonly isConditional = false;
  readonly #payload: SecretPayload;

  constructor(options: AzureStoreOptions) {
    super();
    this.#calls = new BearerCalls(options);
    this.#payload = options.payload;
  }

  override async read(name: string, signal: AbortSignal): Promise<RemoteState> {
    const vault = new VaultRequests(this.#calls, name, signal);
    let answer = await vault.current();
    if (isSecretNotFound(answer)) {
      const deleted = await deletedState(vault);
      if (deleted !== undefined) return deleted;
      // A recovery that ended between both requests.
      answer = await vault.current();
      if (isSecretNotFound(answer)) return { kind: 'absent' };
    }
    const version = versionOf(answer, vault.name);
    const value = textOf(bodyOf(answer)['value']);
    if (value === undefined) throw notVault();
    return {
      kind: 'present',
      version: version.id,
      ...readText(this.#payload, value),
      mark: await foundMark(vault, version),
      changedAt: new Date(version.createdSeconds * 1_000).toISOString(),
    };
  }

  override async write(
    name: string,
    write: RemoteWrite,
    signal: AbortSignal,
  ): Promise<RemoteWritten> {
    const vault = new VaultRequests(this.#calls, name, signal);
    const text = bounded(this.#payload.textOf(contentOf(write)), syncLimits.azureValueBytesMax);
    const value = { value: text, contentType: this.#payload.mediaType };
    const isRestored = write.expected.kind === 'deleted' && (await restored(vault, write));
    const made = madeVersion(vault, write, value);
    return isRestored ? afterWrite(made) : made;
  }

  override async overwrittenBy(
    name: string,
    { expectedVersion, idempotencyToken: token }: PendingWrite,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const vault = new VaultRequests(this.#calls, name, signal);
    const made = (await vault.versions()).find((one) => one.token === token);
    if (made === undefined) return [];
    return overwritten(vault, { id: made.id, token, expectedId: expectedVersion }, []);
  }

  /** Deletes the secret with all versions; those come back with a recovery. */
  override async remove(name: string, expected: RemoteSecret, signal: AbortSignal): Promise<void> {
    const vault = new VaultRequests(this.#calls, name, signal);
    const { id, isRecoverable } = await expectedVersion(vault, expected, await vault.versions());
    if (!isRecoverable) {
      throw new RemoteFault('StoreRefused', 'the store cannot restore what it deletes');
    }
    const deleted = await vault.delete();
    if (deleted.id !== id) {
      // A write of others came in between.
      await afterWrite(vault.recover());
      throw changed().afterWrite();
    }
    await vault.deletionEnd();
  }

  /** Leaves other tags as they are. Of two claims at one time, both can succeed. */
  override async claim(
    name: string,
    { former, mark }: MarkChange,
    signal: AbortSignal,
  ): Promise<void> {
    const vault = new VaultRequests(this.#calls, name, signal);
    const current = versionOf(await vault.current(), vault.name);
    if (!isDeepStrictEqual(await foundMark(vault, current), former)) throw changed();
    await vault.tag(current.id, markedTags(current, mark));
    const now = await afterWrite(vault.current().then((one) => versionOf(one, vault.name)));
    const isClaimed = now.id === current.id && isMarkOf(markOf(now, []), mark);
    if (!isClaimed) throw changed().afterWrite();
  }
}

type DeletedState = Extract<RemoteState, { kind: 'deleted' }>;

/** Returns the state behind a deletion; undefined: nothing was deleted. */
async function deletedState(vault: VaultRequests): Promise<DeletedState | undefined> {
  const answer = await vault.deleted();
  if (isSecretNotFound(answer)) return undefined;
  const version = versionOf(answer, vault.name);
  // The versions of a deleted secret cannot be listed.
  return { kind: 'deleted', version: version.id, mark: markOf(version, []) };
}

async function foundMark(vault: VaultRequests, version: VaultVersion): Promise<FoundMark> {
  const isMarked = version.tags[vaultTags.owner] !== undefined;
  return markOf(version, isMarked ? [] : await vault.versions());
}

/**
 * Restores the secret of the owner that was deleted; reports whether it did. Throws RemoteFault
 * StoreRefused for a secret of somebody else: that one is never restored, and none is purged.
 */
async function restored(
  vault: VaultRequests,
  { expected, mark }: Pick<RemoteWrite, 'expected' | 'mark'>,
): Promise<boolean> {
  const state = await deletedState(vault);
  // Others have restored it, or this write did before its answer was lost.
  if (state === undefined) return false;
  if (!isDeepStrictEqual(state, expected)) throw changed();
  if (!isMarkOf(state.mark, mark)) {
    const message =
      'a deleted secret that is not of this sync has the name; it must be purged first';
    throw new RemoteFault('StoreRefused', message);
  }
  await vault.recover();
  return true;
}

async function madeVersion(
  vault: VaultRequests,
  write: RemoteWrite,
  value: VaultValue,
): Promise<RemoteWritten> {
  const { expected, idempotencyToken } = write;
  const before = await vault.versions();
  // A repetition: the answer of this write was lost.
  const done = before.find(({ token }) => token === idempotencyToken);
  if (done !== undefined) return written(vault, write, done, []);
  if (expected.kind === 'absent' && before.length > 0) throw changed();
  const current =
    expected.kind === 'absent' ? undefined : await expectedVersion(vault, expected, before);
  const made = await vault.put({ ...value, tags: writtenTags(current, before, write) });
  return afterWrite(written(vault, write, made, before));
}

/** Returns the current version. Throws RemoteFault StoreChanged if it is not the expected one. */
async function expectedVersion(
  vault: VaultRequests,
  expected: Exclude<RemoteState, { kind: 'absent' }>,
  versions: readonly VaultVersion[],
): Promise<VaultVersion> {
  const current = versionOf(await vault.current(), vault.name);
  const mark = markOf(current, versions);
  if (current.id === expected.version && isDeepStrictEqual(mark, expected.mark)) return current;
  throw changed();
}

async function written(
  vault: VaultRequests,
  { expected, idempotencyToken: token }: RemoteWrite,
  { id }: VaultVersion,
  before: readonly VaultVersion[],
): Promise<RemoteWritten> {
  const expectedId = expected.kind === 'absent' ? undefined : expected.version;
  return { version: id, overwritten: await overwritten(vault, { id, token, expectedId }, before) };
}

/** Returns what a write has overwritten: versions that are there now, and were not before. */
async function overwritten(
  vault: VaultRequests,
  write: Omit<MadeVersion, 'currentId'>,
  before: readonly VaultVersion[],
): Promise<readonly string[]> {
  const { id } = write;
  const seen = new Set(before.map((one) => one.id));
  const versions = (await vault.versions()).filter((one) => one.id === id || !seen.has(one.id));
  const found = overwrittenVersions(versions, { ...write, currentId: undefined });
  if (found.length === 0) return found;
  const answer = await vault.current();
  const currentId = answer.status === 200 ? versionOf(answer, vault.name).id : undefined;
  return overwrittenVersions(versions, { ...write, currentId });
}
