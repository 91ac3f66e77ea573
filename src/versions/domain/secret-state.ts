import type { StoredSecret } from '../../secrets/domain/secret.js';

/** A Secret as the cluster held it at one resourceVersion, and who is said to have written that. */
export interface SecretState {
  readonly secret: StoredSecret;
  readonly namespaceUid: string;
  /** The field manager with the latest time; undefined where none is named. */
  readonly fieldManager: string | undefined;
}
