import { sealedCluster } from '../../encryption/domain/envelope.js';
import { IntegrityError } from '../../encryption/domain/integrity-error.js';
import type { KeyRing, Sealed } from '../../encryption/key-ring.js';
import { runBinding } from './run-values.js';
import type { SealedRun, SealedRuns } from './sealed-runs.js';

export interface RewrapRunsDependencies {
  readonly ring: KeyRing;
  readonly runs: SealedRuns;
  /** Records that the values of this number of runs are about to be under the active key. */
  readonly record: (count: number) => Promise<void>;
  readonly onDamaged: (run: SealedRun) => void;
}

/** Outcome of rewrapping the values of runs. */
export interface RewrappedRuns {
  readonly rewrapped: number;
  /** Number of values whose keys do not fit: they stay unchanged. */
  readonly damaged: number;
}

/** Wraps the values of every run with the active key, one row at a time. */
export async function rewrapRuns({
  ring,
  runs,
  record,
  onDamaged,
}: RewrapRunsDependencies): Promise<RewrappedRuns> {
  let [rewrapped, damaged, afterId] = [0, 0, ''];
  for (;;) {
    const found = await runs.wrappedOtherwise(ring.activeKeyId, afterId);
    const last = found.at(-1);
    if (last === undefined) return { rewrapped, damaged };
    afterId = last.id;
    const batch = found.map((run) => ({ run, wrapped: rewrapOne(ring, run) }));
    const bad = batch.filter(({ wrapped }) => wrapped === undefined);
    for (const { run } of bad) onDamaged(run);
    damaged += bad.length;
    if (batch.length > bad.length) await record(batch.length - bad.length);
    for (const { run, wrapped } of batch) {
      if (wrapped !== undefined && (await runs.rewrap(run, wrapped))) rewrapped += 1;
    }
  }
}

/** Rewraps. The binding comes from the row and from what it proves, never from the caller. */
function rewrapOne(
  ring: KeyRing,
  run: SealedRun,
): Pick<Sealed, 'keyId' | 'wrappedKey'> | undefined {
  try {
    return ring.rewrap(run.sealed, runBinding(run, sealedCluster(run.sealed.ciphertext)));
  } catch (error) {
    if (error instanceof IntegrityError) return undefined;
    throw error;
  }
}
