import { kinds } from '../../../../../src/schemas/domain/kinds/kinds.js';

/** Returns what a kind says about a value; nothing if the value is good. */
export function reasonsOf(
  kind: string,
  value: string | Buffer,
  context: { nowMs?: number; password?: string } = {},
): readonly string[] {
  const found = kinds.get(kind);
  if (found === undefined) throw new Error(`There is no kind ${kind}`);
  const bytes = Buffer.from(value);
  return found.reasons({ bytes, text: textOf(bytes) }, { nowMs: Date.now(), ...context });
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
