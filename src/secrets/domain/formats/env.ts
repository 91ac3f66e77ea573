import type { FieldError } from '../../../core/errors/sallyport-error.js';
import { refuseIfAny } from '../field-errors.js';
import { pointerTo } from '../json-pointer.js';
import type { NameMapping, TextEntries } from './text-entries.js';

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const bare = /^[A-Za-z0-9_@%+=:,./-]*$/;

/**
 * Assignments that a POSIX shell reads back byte for byte. Throws Invalid naming keys that are no
 * variable, that share one, or whose value holds NUL, which no environment can.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 */
export function renderEnv(entries: TextEntries, names: NameMapping | undefined): string {
  const keyOf = new Map<string, string>();
  const errors: FieldError[] = [];
  const lines: [name: string, line: string][] = [];
  for (const [key, text] of entries) {
    const name = names === 'upper' ? key.toUpperCase().replaceAll(/[-.]/g, '_') : key;
    const reason = nameReason(name, names, keyOf) ?? textReason(text);
    if (reason !== undefined) errors.push({ pointer: pointerTo('data', key), reason });
    keyOf.set(name, key);
    lines.push([name, `${name}=${shellQuoted(text)}\n`]);
  }
  refuseIfAny(errors);
  const sorted = lines.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return sorted.map(([, line]) => line).join('');
}

function nameReason(
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

function textReason(text: string): string | undefined {
  return text.includes('\0') ? 'holds NUL, which no variable can' : undefined;
}

function shellQuoted(text: string): string {
  if (bare.test(text)) return text;
  if (!text.includes("'")) return `'${text}'`;
  return `"${text.replaceAll(/[\\"$`]/g, '\\$&')}"`;
}
