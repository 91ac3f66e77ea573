import type { PublicKey } from './key-set.js';

/** Facts that the API server publishes about the tokens that it issues. */
export interface PublishedKeys {
  readonly issuer: string;
  readonly keys: readonly PublicKey[];
}

/** The issuer of ServiceAccount tokens and its keys, from the API server. */
export abstract class ClusterKeys {
  /** Returns keys; undefined if the API server publishes none here; throws if unreachable. */
  abstract fetch(): Promise<PublishedKeys | undefined>;
}
