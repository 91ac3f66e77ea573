import type { SecretData } from './secret.js';

/** Returns only the values that a read returns; the memory of the others is free again. */
export function shownValues(data: SecretData, shown: readonly string[] | 'all'): SecretData {
  if (shown === 'all') return data;
  return new Map([...data].filter(([key]) => shown.includes(key)));
}
