import type { OwnWrite, VersionInfo } from '../domain/secret-history.js';
import { isLastWrittenHere, type SecretRef, type StoredSecret } from '../domain/secret.js';
import type { WriteCall } from './write-call.js';

/** Result of a write, with the version that it made. */
export interface Written {
  readonly secret: StoredSecret;
  readonly version: VersionInfo | undefined;
}

/**
 * Sends one write that is announced to the history, and waits (bounded) for its version. `before`
 * is the state that was read: a response with its resourceVersion means that nothing was written.
 */
export async function sendOwn(
  call: WriteCall,
  ref: SecretRef,
  before: StoredSecret | undefined,
  send: () => Promise<StoredSecret>,
): Promise<Written> {
  if (call.options.dryRun) return { secret: await send(), version: undefined };
  return announced(call, ref, async (own) => {
    const secret = await send();
    const isUnchanged = secret.resourceVersion === before?.resourceVersion;
    if (isUnchanged) own.end();
    const version = isUnchanged
      ? await versionOf(call, secret)
      : await own.wrote(secret, call.origin);
    return { secret, version };
  });
}

/** Sends a delete; returns the version that a restore brings back. */
export async function deleteOwn(
  call: WriteCall,
  ref: SecretRef,
  send: () => Promise<unknown>,
): Promise<number | undefined> {
  if (call.options.dryRun) {
    await send();
    return undefined;
  }
  return announced(call, ref, async (own) => {
    await send();
    return own.deleted();
  });
}

/**
 * Returns the version of a state that an earlier attempt of this request made. That attempt may
 * have died before it attributed the state; this caller sent the attempt.
 */
export async function versionFound(
  call: WriteCall,
  secret: StoredSecret,
): Promise<VersionInfo | undefined> {
  if (!call.options.dryRun && isLastWrittenHere(secret)) {
    await call.history.attribute(secret, call.ctx, call.origin);
  }
  return versionOf(call, secret);
}

/** Returns the version of an existing state. */
export async function versionOf(
  call: WriteCall,
  secret: StoredSecret,
): Promise<VersionInfo | undefined> {
  if (call.options.dryRun) return undefined;
  const [version] = await call.history.describe([secret]);
  return version;
}

async function announced<T>(
  call: WriteCall,
  ref: SecretRef,
  write: (own: OwnWrite) => Promise<T>,
): Promise<T> {
  const own = call.history.begin(call.ctx, { namespace: ref.namespace, name: ref.name });
  try {
    return await write(own);
  } finally {
    own.end();
  }
}
