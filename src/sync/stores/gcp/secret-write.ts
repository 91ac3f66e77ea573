import { isDeepStrictEqual } from 'node:util';
import { syncLimits } from '../../../core/sync-limits.js';
import { isMarkOf } from '../../domain/remote-mark.js';
import type { RemoteState, RemoteWrite, RemoteWritten } from '../../domain/remote-store.js';
import { afterWrite, changed } from '../store-answer.js';
import {
  type GcpSecret,
  isAlreadyThere,
  isNotFound,
  payloadIn,
  secretOf,
  versionOf,
} from './secret-answer.js';
import type { SecretRequests } from './secret-requests.js';
import { numberIn, versionText } from './version-text.js';

/** Secret that is ready for a new version. */
interface ReadySecret {
  readonly secret: GcpSecret;
  /** Number of the latest version that was seen; 0: there is none. */
  readonly seen: number;
  /** Number of the latest version. */
  readonly latest: number;
  /** Whether this write has created or marked it. */
  readonly isChanged: boolean;
}

/**
 * Writes a version for the expected state. The mark comes before the values, under the etag of the
 * secret: of two syncs that claim it, one writes nothing. Throws RemoteFault StoreChanged.
 */
export async function writtenSecret(
  requests: SecretRequests,
  write: RemoteWrite,
  payload: Buffer,
): Promise<RemoteWritten> {
  const { expected } = write;
  const ready =
    expected.kind === 'absent'
      ? await createdSecret(requests, write)
      : await expectedSecret(requests, { ...write, expected });
  if (ready.latest !== ready.seen) return lostWrite(requests, ready, payload);
  const added = addedVersion(requests, ready, write, payload);
  return ready.isChanged ? afterWrite(added) : added;
}

/** Creates the secret, or takes one up that this sync has created before. */
async function createdSecret(
  requests: SecretRequests,
  { mark }: RemoteWrite,
): Promise<ReadySecret> {
  const created = await requests.create(mark);
  if (!isAlreadyThere(created)) {
    return { secret: secretOf(created), seen: 0, latest: 0, isChanged: true };
  }
  const secret = secretOf(await requests.secret());
  if (!isMarkOf(secret.mark, mark)) throw changed();
  const latest = await requests.latest();
  return { secret, seen: 0, latest: latest?.number ?? 0, isChanged: false };
}

/** Returns the secret in the expected state, with the mark of this sync. */
async function expectedSecret(
  requests: SecretRequests,
  { expected, mark }: RemoteWrite & { readonly expected: Exclude<RemoteState, { kind: 'absent' }> },
): Promise<ReadySecret> {
  const secret = secretOf(await requests.secret());
  const seen = numberIn(expected.version);
  const isOwn = isMarkOf(secret.mark, mark);
  const isSame = versionText(seen, secret) === expected.version;
  if (!isSame || (!isOwn && !isDeepStrictEqual(secret.mark, expected.mark))) throw changed();
  const latest = await requests.latest();
  const number = latest?.number ?? 0;
  if (number !== seen) {
    if (isOwn) return { secret, seen, latest: number, isChanged: false };
    throw changed();
  }
  if ((latest?.isEnabled ?? false) !== (expected.kind === 'present')) throw changed();
  if (isOwn) return { secret, seen, latest: number, isChanged: false };
  const marked = secretOf(await requests.annotate(secret, mark));
  return { secret: marked, seen, latest: number, isChanged: true };
}

async function addedVersion(
  requests: SecretRequests,
  { secret, seen }: ReadySecret,
  { mark }: RemoteWrite,
  payload: Buffer,
): Promise<RemoteWritten> {
  const { number } = versionOf(await requests.add(payload));
  const now = secretOf(await afterWrite(requests.secret()));
  // Somebody has deleted the secret and created another one, or has claimed it.
  const isSame = now.createdAt === secret.createdAt && isMarkOf(now.mark, mark);
  if (!isSame || number <= seen) throw changed().afterWrite();
  return { version: versionText(number, secret), overwritten: between(seen, number, secret) };
}

/**
 * Looks for a version with these values after the one that was seen: the answer of this write may
 * have been lost. Throws RemoteFault StoreChanged if others wrote all of them.
 */
async function lostWrite(
  requests: SecretRequests,
  { secret, seen, latest }: ReadySecret,
  payload: Buffer,
): Promise<RemoteWritten> {
  const last = Math.min(latest, seen + syncLimits.gcpVersionsComparedMax);
  for (let number = seen + 1; number <= last; number += 1) {
    const answer = await requests.access(number);
    if (answer.status === 200 && payloadIn(answer).payload.equals(payload)) {
      return { version: versionText(number, secret), overwritten: between(seen, number, secret) };
    }
  }
  throw changed();
}

/** Returns the versions after the expected one and before the latest, the last ones first. */
export async function versionsAfter(
  requests: SecretRequests,
  expectedVersion: string | undefined,
): Promise<readonly string[]> {
  const found = await requests.secret();
  if (isNotFound(found)) return [];
  const secret = secretOf(found);
  const seen = expectedVersion === undefined ? 0 : numberIn(expectedVersion);
  // A secret of others that was created after a deletion has numbers of its own.
  const isSame = expectedVersion === undefined || versionText(seen, secret) === expectedVersion;
  const latest = isSame ? await requests.latest() : undefined;
  return latest === undefined ? [] : between(seen, latest.number, secret);
}

/** Returns the versions between two numbers, the last ones first. */
function between(seen: number, made: number, secret: GcpSecret): readonly string[] {
  const length = Math.max(0, Math.min(made - seen - 1, syncLimits.overwrittenMax));
  return Array.from({ length }, (_, at) => versionText(made - 1 - at, secret));
}
