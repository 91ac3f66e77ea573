import type { StoredSecret } from '../secret.js';
import type { CachedSecret } from './cached-secret.js';

/** Reads the object of a state that is cached. */
export abstract class SecretDocuments {
  /** All that there is of it. Costs time that grows with its size: keep what is made of it. */
  abstract read(state: CachedSecret): StoredSecret;
}
