import { type ASTNode, Optional } from '@marcbachmann/cel-js';
import type { RE2JS } from 're2js';
import { limits } from '../../core/limits.js';

/** The expressions of one token take longer than they may. */
export class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}

/** Characters that are looked at in the time of one step. */
const CHARACTERS_PER_STEP = 4;

/**
 * What the expressions of one token may still cost, in steps: about as long as the evaluation of
 * one node, 50 ns. All that grows with a claim spends here before it is done.
 */
export class CelWork {
  #left: number = limits.celStepsMax;

  /** Throws TooMuchWork once there is nothing left. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuchWork('the expressions take too long');
  }

  /** For whoever looks at all of a value: counted as far as it reaches, so that it ends early. */
  spendOnAll(value: unknown): void {
    this.spendOnMade(value);
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
    if (value instanceof Optional) return;
    const inside: Iterable<unknown> =
      value instanceof Map ? value.values() : Array.isArray(value) ? value : Object.values(value);
    for (const inner of inside) this.spendOnAll(inner);
  }

  /** For a value that was made; what it holds was there before. */
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

/** What the evaluation of one node costs, besides what is inside it. */
export interface NodeCost {
  readonly steps: number;
  /** Whether all of its value is looked at next, or only a new value is made, or neither. */
  readonly value: 'all' | 'made' | 'none';
}

/** One evaluation of one expression. */
export interface Evaluation {
  readonly work: CelWork;
  readonly costs: ReadonlyMap<ASTNode, NodeCost>;
  readonly patterns: ReadonlyMap<string, RE2JS>;
  /** What an error costs that the expression goes on after: it quotes the source. */
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

/** The one under way, for what is called from inside it. */
export function ongoing(): Evaluation {
  if (current === undefined) throw new Error('no evaluation is under way');
  return current;
}
