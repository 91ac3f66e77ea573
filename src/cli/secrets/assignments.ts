import { UsageError } from '../command.js';

/** Place of a value that a user assigns to a key. */
export type ValueSource =
  | { readonly kind: 'input' }
  | { readonly kind: 'prompt' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'literal'; readonly text: string };

/**
 * Reads `KEY` (asked for), `KEY=-` (standard input), `KEY=@FILE` and `KEY=VALUE`. Throws UsageError
 * without the text, which may be a value.
 */
export function assignmentsOf(
  texts: readonly string[],
  { allowsLiterals }: { readonly allowsLiterals: boolean },
): ReadonlyMap<string, ValueSource> {
  const assignments = new Map<string, ValueSource>();
  for (const text of texts) {
    const at = text.indexOf('=');
    const key = at === -1 ? text : text.slice(0, at);
    if (key === '') throw new UsageError('an assignment begins with the name of a key');
    if (assignments.has(key)) throw new UsageError(`the key ${key} is set twice`);
    const source = sourceOf(at === -1 ? undefined : text.slice(at + 1));
    if (source.kind === 'literal' && !allowsLiterals) {
      throw new UsageError(
        `the value of ${key} would be visible to others: use ${key}, ${key}=- or ${key}=@FILE, ` +
          'or allow it with --insecure-literal',
      );
    }
    assignments.set(key, source);
  }
  const inputs = [...assignments.values()].filter(({ kind }) => kind === 'input');
  if (inputs.length > 1)
    throw new UsageError('only one key can be KEY=-: use KEY=@FILE for the others');
  return assignments;
}

function sourceOf(text: string | undefined): ValueSource {
  if (text === undefined) return { kind: 'prompt' };
  if (text === '-') return { kind: 'input' };
  if (text.startsWith('@')) return { kind: 'file', path: text.slice(1) };
  return { kind: 'literal', text };
}
