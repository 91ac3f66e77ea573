import { createHash } from 'node:crypto';

/**
 * What a log is called that goes on after an acceptance: a name that no log had when the acceptance
 * was signed. It is made of all acceptances in their order, so one that is repeated in a log gives
 * a new name as well, and none that an acceptance could have given up.
 */
export function nextBranch(branch: string | undefined, acceptanceText: string): string {
  return createHash('sha256')
    .update(`sallyport.dev/branch@v1\n${branch ?? ''}\n${acceptanceText}`, 'utf8')
    .digest('hex');
}
