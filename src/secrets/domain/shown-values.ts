import type { SecretData } from './secret.js';

/** The values that a read shows, and no others, whose memory is free again. */
export function shownValues(data: SecretData, shown: readonly string[] | 'all'): SecretData {
  if (shown === 'all') return data;
  return new Map([...data].filter(([key]) => shown.includes(key)));
}
