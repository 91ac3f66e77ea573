import { type ASTNode, Optional } from '@marcbachmann/cel-js';
import { limits } from '../limits.js';
import type { CelPatterns } from './cel-patterns.js';

/** The expressions of one token exceed their budget. */
export class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}

/** Number of characters that are read in the time of one step. */
const CHARACTERS_PER_STEP = 4;

/**
 * Budget of one token's expressions, in steps: about the time to evaluate one node, 50 ns. All work
 * that grows with a claim spends steps here before it is done.
 */
export class CelWork {
  #left: number = limits.celStepsMax;

  /** Spends steps. Throws TooMuchWork once the budget is empty. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuchWork('the expressions take too long');
  }

  /** Charges for a whole value: counts only as far as the budget, so that it ends early. */
  spendOnAll(value: unknown): void {
    this.spendOnMade(value);
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
    if (value instanceof Optional) return;
    const inside: Iterable<unknown> =
      value instanceof Map ? value.values() : Array.isArray(value) ? value : Object.values(value);
    for (const inner of inside) this.spendOnAll(inner);
  }

  /** Charges for a new value; its content existed before. */
  spendOnMade(value: unknown): void {
    if (typeof value === 'string') this.#spendOnText(value.length);
    else if (Array.isArray(value)) this.spend(1 + value.length);
    else if (ArrayBuffer.isView(value)) this.#spendOnText(value.byteLength);
    else this.spend(1);
  }

  #spendOnText(length: number): void {
    if (length > limits.celTextCharactersMax) throw new TooMuchWork('a text grows too long');
    this.spend(1 + Math.floor(length / CHARACTERS_PER_STEP));
  }
}

/** Cost of evaluating one node, without its children. */
export interface NodeCost {
  readonly steps: number;
  /** Whether all of its value is read next, or only a new value is made, or neither. */
  readonly value: 'all' | 'made' | 'none';
}

/** Evaluation of one expression. */
export interface Evaluation {
  readonly work: CelWork;
  readonly costs: ReadonlyMap<ASTNode, NodeCost>;
  readonly patterns: Pick<CelPatterns, 'get'>;
  /** Cost of an error after which the expression continues: it quotes the source. */
  readonly errorSteps: number;
}

let current: Evaluation | undefined;

/** Evaluates with all work counted; throws TooMuchWork. Nothing in it may be asynchronous. */
export function counted(evaluation: Evaluation, evaluate: () => unknown): unknown {
  const outer = current;
  current = evaluation;
  try {
    return evaluate();
  } finally {
    current = outer;
  }
}

/** Returns the active evaluation, for functions that it calls. */
export function ongoing(): Evaluation {
  if (current === undefined) throw new Error('no evaluation is under way');
  return current;
}
