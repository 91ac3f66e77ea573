import type { Clock } from '../core/clock.js';
import { unavailable } from '../core/errors/sallyport-error.js';
import { CredentialRefused } from './credential-verifier.js';
import type { ClusterKeys } from './domain/cluster-keys.js';
import { JwksSource } from './jwks-source.js';
import { JwtStrategy } from './jwt.strategy.js';

export interface ServiceAccountSignatureDependencies {
  readonly keys: ClusterKeys;
  readonly audience: string;
  readonly clock: Clock;
  readonly onAlarm: (message: string) => void;
}

/**
 * Local checks of a ServiceAccount token: signature, issuer, audience and expiry, so that a forged
 * token causes no call.
 */
export class ServiceAccountSignature {
  readonly #source: JwksSource;
  readonly #audience: string;
  #issuer: string | undefined;
  #strategy: JwtStrategy | undefined;
  #isPublished = true;

  constructor({ keys, audience, clock, onAlarm }: ServiceAccountSignatureDependencies) {
    this.#audience = audience;
    const fetch = async () => {
      const published = await keys.fetch();
      this.#isPublished = published !== undefined;
      if (published === undefined) throw new Error('the API server does not publish them to us');
      this.#useIssuer(published.issuer);
      return published.keys;
    };
    this.#source = new JwksSource({ name: 'the cluster', clock, fetch, onAlarm });
  }

  start(): void {
    this.#source.start();
  }

  close(): void {
    this.#source.close();
  }

  /** Returns false if every token has to be reviewed, as the API server publishes no keys. */
  get isPublished(): boolean {
    return this.#isPublished;
  }

  /**
   * Returns when the token ends; undefined if it could not be checked here. Throws
   * CredentialRefused, or Unavailable if the API server has been unreachable since the start.
   */
  async check(token: string, issuer: string | undefined): Promise<number | undefined> {
    // Before a key lookup: an unknown issuer causes no fetch.
    if (this.#issuer !== undefined && issuer !== this.#issuer) {
      throw new CredentialRefused('not a token of the cluster');
    }
    await this.#source.untilFetched();
    const strategy = this.#strategy;
    if (strategy === undefined) {
      if (this.#isPublished) throw unavailable('the keys of the cluster cannot be read');
      return undefined;
    }
    const { exp } = await strategy.verify(token);
    return Number(exp) * 1_000;
  }

  #useIssuer(issuer: string): void {
    if (issuer === this.#issuer) return;
    this.#issuer = issuer;
    this.#strategy = this.#strategyFor(issuer);
  }

  #strategyFor(issuer: string): JwtStrategy {
    const find = this.#source.keysFor.bind(this.#source);
    return new JwtStrategy({ issuer, audiences: [this.#audience] }, find);
  }
}
