import type { Authors } from '../../custom-resources/authors.service.js';
import type { KnownAuthor } from '../../custom-resources/domain/author.js';
import type { ParsedPolicy } from '../domain/rotation-policy.js';
import { rotationKind } from '../domain/rotation-policies.js';
import type { RotationSpec } from '../domain/rotation-spec.js';
import type { RotationStore } from '../domain/rotation.store.js';
import { RunStopped } from '../domain/run-stopped.js';
import { neededRights } from '../domain/spec-references.js';

/** Authors of rotations. */
export class PolicyAuthors {
  readonly #authors: Pick<Authors, 'of' | 'problemOf'>;
  readonly #store: Pick<RotationStore, 'policy'>;

  constructor(authors: Pick<Authors, 'of' | 'problemOf'>, store: Pick<RotationStore, 'policy'>) {
    this.#authors = authors;
    this.#store = store;
  }

  async of(known: ParsedPolicy): Promise<KnownAuthor | undefined> {
    return this.#authors.of(rotationKind.resource, await this.#authored(known));
  }

  /** Throws RunStopped AuthorUnknown, AuthorGone or AuthorForbidden. */
  async requireRights(known: ParsedPolicy, spec: RotationSpec): Promise<void> {
    const { resource } = rotationKind;
    const authored = await this.#authored(known);
    const problem = await this.#authors.problemOf(resource, authored, neededRights(spec));
    if (problem !== undefined) throw new RunStopped(problem.reason, problem.message);
  }

  async #authored({ policy, specHash }: ParsedPolicy) {
    return { object: policy, specHash, recorded: await this.#store.policy(policy.uid) };
  }
}
