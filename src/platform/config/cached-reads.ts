import type { Config } from './config.schema.js';

/** Whether reads are answered from the cache: by choice, and where there is a broker. */
export function isCached({ kubernetes }: Config): boolean {
  return kubernetes.reads === 'cached' && kubernetes.access !== 'passthrough';
}
