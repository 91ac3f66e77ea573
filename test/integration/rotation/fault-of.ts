import { isTargetFailure, type TargetFailure } from '../../../src/rotation/domain/target-fault.js';

/** The fault that some work ends in; throws where it ends in none. */
export async function faultOf(work: Promise<unknown>): Promise<TargetFailure> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (isTargetFailure(error)) return error;
  throw new Error('not a fault of the target', { cause: error });
}
