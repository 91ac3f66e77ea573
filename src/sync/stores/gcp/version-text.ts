import type { GcpSecret } from './secret-answer.js';

/** Returns what identifies a version: numbers start again in a secret that was created again. */
export function versionText(number: number, { createdAt }: Pick<GcpSecret, 'createdAt'>): string {
  return `${number}@${createdAt}`;
}

/** Returns the number of a version that `versionText` made. */
export function numberIn(version: string): number {
  return Number(version.split('@', 1)[0]);
}
