import { expect } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import type { RemoteSecret } from '../../../src/sync/domain/remote-store.js';

/** Part of a value that no text of a failure may have. */
export const canary = 'c4n4ry-of-a-value';

export function valuesOf(
  texts: Readonly<Record<string, string>>,
): ReadonlyMap<string, SecretValue> {
  const entries = Object.entries(texts);
  return new Map(entries.map(([key, one]) => [key, SecretValue.fromBytes(Buffer.from(one))]));
}

export function textsOf({ values }: Pick<RemoteSecret, 'values'>): Record<string, string> {
  return Object.fromEntries([...values].map(([key, value]) => [key, value.revealText() ?? '']));
}

/** The reason that some work fails for; no text of a failure has a value. */
export async function reasonOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => 'none',
    (thrown: unknown) => thrown,
  );
  expect(String((error as Error).message)).not.toContain(canary);
  return (error as { readonly reason?: unknown }).reason;
}
