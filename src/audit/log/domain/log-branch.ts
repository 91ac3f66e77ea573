import { createHash } from 'node:crypto';

/**
 * Returns the name of a log that continues after an acceptance: a name that no log had at its
 * signature. It is derived from all acceptances in order, so a repeated acceptance also gives a new
 * name. No acceptance could have abandoned that name.
 */
export function nextBranch(branch: string | undefined, acceptanceText: string): string {
  return createHash('sha256')
    .update(`sallyport.dev/branch@v1\n${branch ?? ''}\n${acceptanceText}`, 'utf8')
    .digest('hex');
}
