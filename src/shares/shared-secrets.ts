import type { CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import { isNotFound } from '../core/errors/not-found.js';
import type { CachedSecretSource } from '../secrets/read/cached-secret-source.js';
import type { Consistency, FoundSecret } from '../secrets/read/secret-source.js';
import type { CopiedSecrets } from './copied-secrets.js';
import { isSharedSecret } from './domain/grant.js';
import type { SharePins } from './domain/share-pins.js';
import type { ParsedShare, ShareSpec } from './domain/share-spec.js';
import { isShareable } from './domain/shared-source.js';

/** Why the Secret of a share is not delivered. */
export type SourceProblem =
  | 'SecretMissing'
  | 'SecretReplaced'
  | 'ClusterCredential'
  | 'CopyOfShare';

export interface SharedSecretRequest {
  readonly share: Pick<ParsedShare, 'object'>;
  readonly spec: ShareSpec;
  readonly pins: SharePins;
  readonly consistency?: Consistency | undefined;
}

/** Secrets that shares are about, read as the broker. */
export class SharedSecrets {
  readonly #source: Pick<CachedSecretSource, 'findDecided'>;
  readonly #copied: Pick<CopiedSecrets, 'mayShare'>;

  constructor(
    source: Pick<CachedSecretSource, 'findDecided'>,
    copied: Pick<CopiedSecrets, 'mayShare'>,
  ) {
    this.#source = source;
    this.#copied = copied;
  }

  /** Reports whether these keys may be shared on. Throws Unavailable. */
  mayShare(found: FoundSecret, keys: readonly string[]): Promise<boolean> {
    return this.#copied.mayShare(found, keys);
  }

  /** Returns the Secret, or why it is not delivered. Throws what a read of a Secret throws. */
  async find(
    { ctx, trace }: { readonly ctx: CallContext; readonly trace: CallTrace },
    { share, spec, pins, consistency }: SharedSecretRequest,
  ): Promise<FoundSecret | SourceProblem> {
    const ref = { namespace: share.object.namespace, name: spec.secretName };
    try {
      const wanted = { ref, as: 'broker' } as const;
      const found = await this.#source.findDecided(ctx, trace, wanted, { consistency });
      if (!isSharedSecret(spec, pins, found.uid)) return 'SecretReplaced';
      if (!(await found.show(isShareable))) return 'ClusterCredential';
      return (await this.#copied.mayShare(found, spec.keys)) ? found : 'CopyOfShare';
    } catch (error) {
      if (isNotFound(error)) return 'SecretMissing';
      throw error;
    }
  }
}
