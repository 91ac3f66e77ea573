import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { rotationLimits } from '../core/rotation-limits.js';
import { AuthorRights, type NeededRight } from './domain/author-rights.js';
import {
  accountOf,
  accountProblem,
  type AuthoredSpec,
  authorOf,
  type AuthorProblem,
  isServiceAccount,
  type KnownAuthor,
  type StampingSince,
} from './domain/author.js';

interface Stamping {
  readonly since: StampingSince;
  readonly checkedMs: number;
}

/** Authors of specs, and checks of whether they are still allowed. */
@Injectable()
export class Authors {
  readonly #rights: AuthorRights;
  readonly #clock: Clock;
  /** By the plural of the kind. */
  readonly #stamping = new Map<string, Stamping>();

  constructor(rights: AuthorRights, clock: Clock) {
    this.#rights = rights;
    this.#clock = clock;
  }

  /** Returns the author of a spec; undefined if nobody is known to have written it. */
  async of(resource: string, spec: AuthoredSpec): Promise<KnownAuthor | undefined> {
    return authorOf(spec, await this.#stampingSince(resource));
  }

  /** Returns why the author may not have a spec carried out; undefined if the author may. */
  async problemOf(
    resource: string,
    spec: AuthoredSpec,
    rights: readonly NeededRight[],
  ): Promise<AuthorProblem | undefined> {
    const author = await this.of(resource, spec);
    if (author === undefined) {
      const message = 'nobody is known to have written this spec; set it again, or change adopt';
      return { reason: 'AuthorUnknown', message };
    }
    const problem = await this.#accountProblem(author);
    if (problem !== undefined) return problem;
    for (const right of rights) {
      if (await this.#rights.isAllowed(author, spec.object.namespace, right)) continue;
      const object = right.name === '' ? right.resource : `${right.resource} ${right.name}`;
      const message = `the author of the spec may not ${right.verb} ${object}`;
      return { reason: 'AuthorForbidden', message };
    }
    return undefined;
  }

  /** Checks the account's uid: another account may have its name by now. */
  async #accountProblem(author: KnownAuthor): Promise<AuthorProblem | undefined> {
    if (!isServiceAccount(author)) return undefined;
    const account = accountOf(author);
    const isAsked = account !== undefined && author.uid !== '';
    const liveUid = isAsked ? await this.#rights.uidOf(account) : undefined;
    return accountProblem(author, liveUid);
  }

  async #stampingSince(resource: string): Promise<StampingSince> {
    const nowMs = this.#clock.nowMs();
    const last = this.#stamping.get(resource);
    if (last !== undefined && nowMs - last.checkedMs < rotationLimits.stampingCheckedMs) {
      return last.since;
    }
    const since = await this.#rights.stampingSince(resource);
    this.#stamping.set(resource, { since, checkedMs: nowMs });
    return since;
  }
}
