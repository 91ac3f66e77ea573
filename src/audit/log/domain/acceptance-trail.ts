import type { Buffer } from 'node:buffer';
import { limits } from '../../../core/limits.js';
import type { Acceptance } from './acceptance.js';
import type { KeyTrail } from './key-trail.js';
import { sameHash } from './tree-hash.js';

type Tree = Acceptance['current'];

/** Looks in the entries of a log for what was accepted, and for what nobody has signed. */
export class AcceptanceTrail {
  readonly #keys: Pick<KeyTrail, 'acceptance'>;
  readonly #foreign: number[] = [];
  #signed: Tree | undefined;

  constructor(keys: Pick<KeyTrail, 'acceptance'>) {
    this.#keys = keys;
  }

  /** The log up to here is what a checkpoint was signed of. */
  signed(tree: Tree): void {
    this.#signed = tree;
  }

  /** The acceptance of a rollback in the next entry, where it is one of this log. */
  entry(index: number, bytes: Buffer): Acceptance | undefined {
    const record = this.#keys.acceptance(index, bytes);
    if (record === undefined || record.kind === 'lost-entries') return undefined;
    if (record.kind === 'rollback' && this.#isOfThisLog(record.acceptance)) {
      return record.acceptance;
    }
    if (this.#foreign.length < limits.auditAcceptancesNamedMax) this.#foreign.push(index);
    return undefined;
  }

  /** Indexes of events that accept a rollback and give nothing up: the first few. */
  get foreign(): readonly number[] {
    return this.#foreign;
  }

  /** The last checkpoint before an acceptance is kept: it is the tree that the log had then. */
  #isOfThisLog({ current }: Acceptance): boolean {
    const signed = this.#signed;
    if (signed === undefined) return true;
    if (signed.size !== current.size) return current.size < signed.size;
    return sameHash(signed.root, current.root);
  }
}
