import {
  type GenerateInput,
  generateValues,
} from '../../../../src/rotation/generators/generate.js';
import type { GeneratedKey } from '../../../../src/rotation/domain/rotation-spec.js';

export type Texts = Readonly<Record<string, string>>;

export function inputFor(
  generate: readonly GeneratedKey[],
  input: Partial<GenerateInput> = {},
): GenerateInput {
  return {
    generate,
    facts: {},
    current: new Map(),
    readCa: () => Promise.reject(new Error('no CA was to be read')),
    nowMs: Date.now(),
    ...input,
  };
}

/** What was generated, in the clear. */
export async function textsOf(
  generate: readonly GeneratedKey[],
  input: Partial<GenerateInput> = {},
): Promise<Texts> {
  const values = await generateValues(inputFor(generate, input));
  return Object.fromEntries([...values].map(([key, value]) => [key, value.revealText() ?? '']));
}
