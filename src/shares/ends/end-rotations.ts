import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import {
  accountOf,
  accountProblem,
  isServiceAccount,
  type KnownAuthor,
} from '../../custom-resources/domain/author.js';
import type { AuthorRights } from '../../custom-resources/domain/author-rights.js';
import type { RotationStarts } from '../../rotation/domain/rotation-starts.js';
import type { ShareEnding } from '../domain/share-pins.js';
import { rightToRotate } from '../domain/author-needs.js';
import type { ShareEnd } from './domain/share-ends.js';
import type { EndRotation } from './domain/share-status.js';

export interface EndRotationsDependencies {
  readonly rights: Pick<AuthorRights, 'isAllowed' | 'uidOf'>;
  readonly starts: RotationStarts;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
  /** Throws if another replica may do the work now. */
  readonly requireLease: () => void;
}

/** Rotations of Secrets whose share has ended, for the author of the share. */
export class EndRotations {
  readonly #parts: EndRotationsDependencies;

  constructor(parts: EndRotationsDependencies) {
    this.#parts = parts;
  }

  /**
   * Begins the rotation of an end, once, and returns how it stands. Throws Conflict while another
   * rotation of the Secret is active, and Unavailable: try again then.
   */
  async begin(ending: ShareEnding, { runId: id }: ShareEnd): Promise<EndRotation> {
    const { rights, starts, accounts, requireLease } = this.#parts;
    const { namespace, name, secretName, author } = ending;
    const ref = { namespace, name: secretName };
    // Another account can have the name of the author by now.
    if (await this.#isGone(author)) return 'Refused';
    const isAllowed = await rights.isAllowed(author, namespace, rightToRotate(ending));
    if (!isAllowed) return 'Refused';
    requireLease();
    try {
      const ctx = { ...accounts.broker(), onBehalfOf: author.username };
      await starts.begin(ctx, ref, { id, reason: `the share ${name} has ended` });
    } catch (error) {
      if (!(error instanceof SallyportError)) throw error;
      if (error.code === 'NotFound' || error.code === 'Invalid') return 'Refused';
      throw error;
    }
    return this.stateOf(ref, id);
  }

  async #isGone(author: KnownAuthor): Promise<boolean> {
    if (!isServiceAccount(author)) return false;
    const account = accountOf(author);
    const liveUid = account && (await this.#parts.rights.uidOf(account));
    return accountProblem(author, liveUid) !== undefined;
  }

  /** Returns how a rotation stands that was begun. */
  async stateOf(
    ref: { readonly namespace: string; readonly name: string },
    runId: string,
  ): Promise<EndRotation> {
    const state = await this.#parts.starts.stateOf(ref, runId);
    // Runs are kept for a time only.
    if (state === undefined || state === 'succeeded') return 'Succeeded';
    return state === 'running' || state === 'waiting' ? 'Started' : 'Failed';
  }
}
