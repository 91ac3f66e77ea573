import type { FieldError } from '../../../core/errors/sallyport-error.js';
import { refuseIfAny } from '../field-errors.js';
import { pointerTo } from '../json-pointer.js';
import type { NameMapping, TextEntries } from './text-entries.js';

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Syntax of values in one format of environment variables. */
export interface VariableSyntax {
  /** Returns why the format cannot contain this value; undefined if it can. */
  problemOf(name: string, text: string): string | undefined;
  quoted(text: string): string;
}

/**
 * Renders one assignment a line, sorted by name. Throws Invalid naming keys that are no variable,
 * that share a name, or whose value the syntax cannot contain.
 */
export function renderVariables(
  entries: TextEntries,
  names: NameMapping | undefined,
  syntax: VariableSyntax,
): string {
  const keyOf = new Map<string, string>();
  const errors: FieldError[] = [];
  const lines: [name: string, line: string][] = [];
  for (const [key, text] of entries) {
    const name = names === 'upper' ? key.toUpperCase().replaceAll(/[-.]/g, '_') : key;
    const reason = nameProblem(name, names, keyOf) ?? nulProblem(text);
    const problem = reason ?? syntax.problemOf(name, text);
    keyOf.set(name, key);
    if (problem !== undefined) errors.push({ pointer: pointerTo('data', key), reason: problem });
    else lines.push([name, `${name}=${syntax.quoted(text)}\n`]);
  }
  refuseIfAny(errors);
  const sorted = lines.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return sorted.map(([, line]) => line).join('');
}

function nameProblem(
  name: string,
  names: NameMapping | undefined,
  keyOf: ReadonlyMap<string, string>,
): string | undefined {
  if (!variableName.test(name)) {
    const hint = names === 'upper' ? '' : '; names=upper maps keys to names';
    return `is not a name of a variable ([A-Za-z_][A-Za-z0-9_]*)${hint}`;
  }
  const other = keyOf.get(name);
  return other === undefined ? undefined : `has the same variable ${name} as ${other}`;
}

function nulProblem(text: string): string | undefined {
  return text.includes('\0') ? 'holds NUL, which no variable can' : undefined;
}
