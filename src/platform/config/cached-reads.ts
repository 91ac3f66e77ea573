import type { Config } from './config.schema.js';

/** Reports whether reads use the cache: by choice, and if there is a broker. */
export function isCached({ kubernetes }: Config): boolean {
  return kubernetes.reads === 'cached' && kubernetes.access !== 'passthrough';
}
