import type { Texts } from './crash-store.js';

/** States of a secret in a store without a history, and what gateways have replaced in them. */
export class WrittenStates {
  readonly #states = new Map<string, Texts>();
  readonly #replaced = new Set<string>();

  /** Notes a state, whoever made it. */
  wrote(version: string, values: Texts): void {
    this.#states.set(version, values);
  }

  /** Notes a write of a gateway to a state: it must be one that is known. */
  replaced(expected: string, version: string, values: Texts): void {
    const before = this.#states.get(expected);
    if (before === undefined) throw new Error(`a write to state ${expected}, which nobody made`);
    this.wrote(version, values);
    for (const [key, value] of Object.entries(before)) {
      if (values[key] !== value) this.#replaced.add(value);
    }
  }

  /** Values that no write of a gateway has replaced. */
  get untouched(): ReadonlySet<string> {
    const all = [...this.#states.values()].flatMap((values) => Object.values(values));
    return new Set(all.filter((value) => !this.#replaced.has(value)));
  }
}

/** States by secret. */
export class StatesBySecret {
  readonly #states = new Map<string, WrittenStates>();

  of(secret: string): WrittenStates {
    const known = this.#states.get(secret);
    if (known !== undefined) return known;
    const states = new WrittenStates();
    this.#states.set(secret, states);
    return states;
  }
}

/** Returns values that are base64 as texts. */
export function decoded(values: Texts): Texts {
  const entries = Object.entries(values).map(
    ([key, value]) => [key, Buffer.from(value, 'base64').toString()] as const,
  );
  return Object.fromEntries(entries);
}

/** Returns texts as base64. */
export function encoded(texts: Texts): Texts {
  const entries = Object.entries(texts).map(
    ([key, text]) => [key, Buffer.from(text).toString('base64')] as const,
  );
  return Object.fromEntries(entries);
}
