import type { Buffer } from 'node:buffer';
import { limits } from '../../../core/limits.js';
import type { Acceptance } from './acceptance.js';
import type { KeyTrail } from './key-trail.js';
import { sameHash } from './tree-hash.js';

type Tree = Acceptance['current'];

/** Search of a log's entries for acceptances, and for unsigned acceptances. */
export class AcceptanceTrail {
  readonly #keys: Pick<KeyTrail, 'acceptance'>;
  readonly #foreign: number[] = [];
  #signed: Tree | undefined;

  constructor(keys: Pick<KeyTrail, 'acceptance'>) {
    this.#keys = keys;
  }

  /** Sets the tree of the last signed checkpoint of the log. */
  signed(tree: Tree): void {
    this.#signed = tree;
  }

  /** Returns the acceptance of a rollback in the next entry, if it is of this log. */
  entry(index: number, bytes: Buffer): Acceptance | undefined {
    const record = this.#keys.acceptance(index, bytes);
    if (record === undefined || record.kind === 'lost-entries') return undefined;
    if (record.kind === 'rollback' && this.#isOfThisLog(record.acceptance)) {
      return record.acceptance;
    }
    if (this.#foreign.length < limits.auditAcceptancesNamedMax) this.#foreign.push(index);
    return undefined;
  }

  /** Returns indexes of events that accept a rollback without effect: the first few. */
  get foreign(): readonly number[] {
    return this.#foreign;
  }

  /** Reports whether it is of this log: the last checkpoint before it stays, as its tree then. */
  #isOfThisLog({ current }: Acceptance): boolean {
    const signed = this.#signed;
    if (signed === undefined) return true;
    if (signed.size !== current.size) return current.size < signed.size;
    return sameHash(signed.root, current.root);
  }
}
