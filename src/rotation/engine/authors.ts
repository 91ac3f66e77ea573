import type { Clock } from '../../core/clock.js';
import { rotationLimits } from '../../core/rotation-limits.js';
import {
  accountOf,
  accountProblem,
  authorOf,
  isServiceAccount,
  type StampingSince,
} from '../domain/author.js';
import type { ParsedPolicy } from '../domain/rotation-policy.js';
import type { RotationSpec } from '../domain/rotation-spec.js';
import type { KnownAuthor, RotationStore } from '../domain/rotation.store.js';
import { RunStopped } from '../domain/run-stopped.js';
import { type NeededRight, neededRights } from '../domain/spec-references.js';

/** Source of the cluster's facts about authors. */
export abstract class AuthorRights {
  /** Returns since when admission stamps authors, by the policies that exist now. */
  abstract stampingSince(): Promise<StampingSince>;
  /** Returns the uid of a live ServiceAccount; undefined if there is none. Never cached. */
  abstract uidOf(account: {
    readonly namespace: string;
    readonly name: string;
  }): Promise<string | undefined>;
  /** Throws Unavailable if the cluster cannot decide. */
  abstract isAllowed(author: KnownAuthor, namespace: string, right: NeededRight): Promise<boolean>;
}

/** Authors of specs, and checks of whether they are still allowed. */
export class Authors {
  readonly #rights: AuthorRights;
  readonly #store: Pick<RotationStore, 'policy'>;
  readonly #clock: Clock;
  #stamping: { readonly since: StampingSince; readonly checkedMs: number } | undefined;

  constructor(rights: AuthorRights, store: Pick<RotationStore, 'policy'>, clock: Clock) {
    this.#rights = rights;
    this.#store = store;
    this.#clock = clock;
  }

  async of(known: ParsedPolicy): Promise<KnownAuthor | undefined> {
    const row = await this.#store.policy(known.policy.uid);
    return authorOf(known, await this.#stampingSince(), row);
  }

  /** Throws RunStopped AuthorUnknown, AuthorGone or AuthorForbidden. */
  async requireRights(known: ParsedPolicy, spec: RotationSpec): Promise<void> {
    const author = await this.of(known);
    if (author === undefined) {
      const message = 'nobody is known to have written this spec; set it again, or change adopt';
      throw new RunStopped('AuthorUnknown', message);
    }
    await this.#requireAccount(author);
    for (const right of neededRights(spec)) {
      if (await this.#rights.isAllowed(author, known.namespace, right)) continue;
      const object = right.name === '' ? right.resource : `${right.resource} ${right.name}`;
      const message = `the author of the spec may not ${right.verb} ${object}`;
      throw new RunStopped('AuthorForbidden', message);
    }
  }

  /** Requires the account's uid: another account may have its name by now. */
  async #requireAccount(author: KnownAuthor): Promise<void> {
    if (!isServiceAccount(author)) return;
    const account = accountOf(author);
    const isAsked = account !== undefined && author.uid !== '';
    const liveUid = isAsked ? await this.#rights.uidOf(account) : undefined;
    const problem = accountProblem(author, liveUid);
    if (problem !== undefined) throw new RunStopped(problem.reason, problem.message);
  }

  async #stampingSince(): Promise<StampingSince> {
    const nowMs = this.#clock.nowMs();
    const last = this.#stamping;
    if (last !== undefined && nowMs - last.checkedMs < rotationLimits.stampingCheckedMs) {
      return last.since;
    }
    const since = await this.#rights.stampingSince();
    this.#stamping = { since, checkedMs: nowMs };
    return since;
  }
}
