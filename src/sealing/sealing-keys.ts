import { createPrivateKey, type KeyObject, type webcrypto } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { sealingLimits } from '../core/sealing-limits.js';
import { IntegrityError } from '../encryption/domain/integrity-error.js';
import { KeyRing } from '../encryption/key-ring.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { isRenewalDue } from './domain/key-renewal.js';
import { fingerprintOf, newSealingKeyPair, openingKeyOf } from './sealing-key-pair.js';
import { sealedOf, sealingKeyBinding, type SealingKeyRow } from './store/sealing-key-rows.js';
import { SealingKeysStore } from './store/sealing-keys.store.js';

export interface SealingCertificate {
  /** PEM. */
  readonly pem: string;
  readonly createdMs: number;
}

/** Private keys that can be used now. */
export interface UsableKeys {
  /** The newest first. */
  readonly keys: readonly webcrypto.CryptoKey[];
  /** Why another private key cannot be used now; undefined if all can. */
  readonly problem: SallyportError | undefined;
}

/** Key pairs for sealed values: created when first needed, renewed by age, and never deleted. */
@Injectable()
export class SealingKeys {
  readonly #store: SealingKeysStore;
  readonly #ring: KeyRing;
  readonly #clock: Clock;
  readonly #logger: Pick<AppLogger, 'alarm'>;
  /** By certificate. */
  readonly #opened = new Map<string, webcrypto.CryptoKey>();
  #creating: Promise<SealingCertificate> | undefined;

  constructor(
    store: SealingKeysStore,
    ring: KeyRing,
    clock: Clock,
    @Inject(AppLogger) logger: Pick<AppLogger, 'alarm'>,
  ) {
    this.#store = store;
    this.#ring = ring;
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * Returns the current certificate; creates a key pair if there is none or the newest is due for
   * renewal. Throws Unavailable.
   */
  async current(): Promise<SealingCertificate> {
    const present = await this.#fresh();
    if (present !== undefined) return present;
    this.#creating ??= this.#create().finally(() => {
      this.#creating = undefined;
    });
    return this.#creating;
  }

  /** Returns all private keys that can be used now. Throws Unavailable. */
  async usable(): Promise<UsableKeys> {
    const keys: webcrypto.CryptoKey[] = [];
    let problem: SallyportError | undefined;
    for (const row of await this.#store.list()) {
      const key = await this.#open(row);
      if (key instanceof SallyportError) problem ??= key;
      else if (key !== undefined) keys.push(key);
    }
    return { keys, problem };
  }

  async #fresh(): Promise<SealingCertificate | undefined> {
    const [newest] = await this.#store.list();
    if (newest === undefined || isRenewalDue(newest.created_ms, this.#clock.nowMs())) {
      return undefined;
    }
    return { pem: newest.certificate, createdMs: newest.created_ms };
  }

  /** Stores a key pair. Returns that of another replica if it has stored one meanwhile. */
  async #create(): Promise<SealingCertificate> {
    for (let tries = 0; tries < sealingLimits.storeTriesMax; tries += 1) {
      const generation = await this.#store.nextGeneration();
      const createdMs = this.#clock.nowMs();
      const { certificate, privateKey } = await newSealingKeyPair(createdMs);
      const { keyId, wrappedKey, ciphertext } = this.#sealed(privateKey, generation);
      const wrapped = { key_id: keyId, wrapped_key: wrappedKey, ciphertext };
      const row = { generation, certificate, created_ms: createdMs, ...wrapped };
      if (await this.#store.add(row, fingerprintOf(certificate))) {
        return { pem: certificate, createdMs };
      }
      const present = await this.#fresh();
      if (present !== undefined) return present;
    }
    throw unavailable('other replicas store keys for sealed values; try again');
  }

  #sealed(privateKey: KeyObject, generation: number) {
    const bytes = privateKey.export({ type: 'pkcs8', format: 'der' });
    try {
      return this.#ring.seal(bytes, sealingKeyBinding({ generation }));
    } finally {
      bytes.fill(0);
    }
  }

  /** Returns a private key; undefined if its row is damaged, the error if it is unavailable. */
  async #open(row: SealingKeyRow): Promise<webcrypto.CryptoKey | SallyportError | undefined> {
    const known = this.#opened.get(row.certificate);
    if (known !== undefined) return known;
    try {
      await this.#ring.learn(row.key_id);
      const bytes = this.#ring.open(sealedOf(row), sealingKeyBinding(row));
      try {
        const key = openingKeyOf(createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' }));
        this.#opened.set(row.certificate, key);
        return key;
      } finally {
        bytes.fill(0);
      }
    } catch (error) {
      if (error instanceof SallyportError) return error;
      if (!(error instanceof IntegrityError)) throw error;
      this.#logger.alarm(`the key for sealed values ${row.generation} is damaged`);
      return undefined;
    }
  }
}
