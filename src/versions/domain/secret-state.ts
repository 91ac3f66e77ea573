import type { StoredSecret } from '../../secrets/domain/secret.js';

/** Secret as stored in the cluster at one resourceVersion, with its reported writer. */
export interface SecretState {
  readonly secret: StoredSecret;
  readonly namespaceUid: string;
  /** Field manager with the latest time; undefined if none is named. */
  readonly fieldManager: string | undefined;
}
