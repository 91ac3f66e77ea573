import { isOutboundFault } from '../../platform/outbound/domain/outbound-fault.js';
import { afterWrite } from './store-answer.js';

/**
 * Carries out writes, `atOnce` of them concurrently, and returns their results in order. Begins
 * none after a failure, and waits for those that have begun. Throws the first failure: as one after
 * a write, if another one was carried out, or may have been.
 */
export async function carryOut<Result>(
  writes: readonly (() => Promise<Result>)[],
  atOnce: number,
): Promise<readonly Result[]> {
  const done: Result[] = [];
  for (let start = 0; start < writes.length; start += atOnce) {
    const batch = writes.slice(start, start + atOnce).map((write) => write());
    const settled = await Promise.allSettled(batch);
    const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one] : []));
    done.push(...settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    const [first, ...others] = failures;
    if (first === undefined) continue;
    const failed = Promise.reject<never>(first.reason as Error);
    const isAfterWrite = done.length > 0 || others.some(({ reason }) => mayHaveChanged(reason));
    return isAfterWrite ? afterWrite(failed) : failed;
  }
  return done;
}

function mayHaveChanged(error: unknown): boolean {
  return !isOutboundFault(error) || error.mayHaveChanged;
}
