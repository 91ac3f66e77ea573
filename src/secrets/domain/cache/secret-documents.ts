import type { StoredSecret } from '../secret.js';
import type { CachedSecret } from './cached-secret.js';

/** Reader of cached states' objects. */
export abstract class SecretDocuments {
  /** Reads the whole state. The time grows with its size: cache what is made of it. */
  abstract read(state: CachedSecret): StoredSecret;
}
