import type { VersionBinding } from '../../encryption/domain/version-binding.js';
import type { Sealed } from '../../encryption/key-ring.js';
import type { RotatedSecret } from '../domain/rotation-run.js';
import type { RunValues } from '../domain/rotation.store.js';
import { runPayloadOf, runValuesOf } from './domain/run-payload.js';
import type { RotationStoreDependencies } from './rotation-store.dependencies.js';

/** Run with the fields to which its values are bound. */
export type BoundRun = RotatedSecret & { readonly id: string };

/** Binds the values of a run: no other run and no version has an equal binding. */
export function runBinding(run: BoundRun, cluster: string): VersionBinding {
  const { namespace, namespaceUid, name, id } = run;
  return { cluster, namespace, namespaceUid, name, secretUid: `rotation-run:${id}`, version: 0 };
}

/** Seals and opens the values of runs. */
export class SealedValues {
  readonly #keys: RotationStoreDependencies['keys'];
  readonly #cluster: RotationStoreDependencies['cluster'];

  constructor({ keys, cluster }: Pick<RotationStoreDependencies, 'keys' | 'cluster'>) {
    this.#keys = keys;
    this.#cluster = cluster;
  }

  /** Throws Unavailable if no key is to be had. */
  seal(run: BoundRun, values: RunValues): Sealed {
    const plaintext = runPayloadOf(values);
    try {
      return this.#keys.seal(plaintext, runBinding(run, this.#cluster()));
    } finally {
      plaintext.fill(0);
    }
  }

  /**
   * Opens values. Throws IntegrityError for damaged or misplaced values, Unavailable if their key
   * is unavailable.
   */
  async open(run: BoundRun, sealed: Sealed): Promise<RunValues> {
    this.#keys.requireAvailable();
    await this.#keys.learn(sealed.keyId);
    const plaintext = this.#keys.open(sealed, runBinding(run, this.#cluster()));
    try {
      return runValuesOf(plaintext);
    } finally {
      plaintext.fill(0);
    }
  }
}
