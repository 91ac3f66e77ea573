import type { PublicKey } from './key-set.js';

/** What the API server says about the tokens that it issues. */
export interface PublishedKeys {
  readonly issuer: string;
  readonly keys: readonly PublicKey[];
}

/** The issuer of ServiceAccount tokens and its keys, from the API server. */
export abstract class ClusterKeys {
  /** Undefined where this API server publishes none, or not to us; throws where it is away. */
  abstract fetch(): Promise<PublishedKeys | undefined>;
}
