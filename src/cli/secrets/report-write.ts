import type { WriteResult } from '@sallyport/client';
import type { SecretName } from '../connection/secret-name.js';
import { styledError } from '../output/style.js';
import { printable } from '../output/table.js';
import type { CommandCall } from '../program/command-call.js';

/** Prints the warnings of a write, and what has changed. */
export function reportWrite(
  call: CommandCall,
  { namespace, name }: SecretName,
  { warnings, changes, version }: Pick<WriteResult, 'warnings' | 'changes' | 'version'>,
): void {
  const { terminal } = call;
  const mark = styledError('yellow', 'warning:', terminal);
  for (const warning of warnings) terminal.err(`${mark} ${printable(warning)}\n`);
  const { added = [], changed = [], removed = [] } = changes ?? {};
  const parts = [
    ...listed('added', added),
    ...listed('changed', changed),
    ...listed('removed', removed),
  ];
  const what = parts.length === 0 ? 'nothing has changed' : parts.join('; ');
  const number = version ? ` (version ${version})` : '';
  const prefix = call.flag('dryRun') ? 'dry run: ' : '';
  call.confirm(`${prefix}${namespace}/${name}: ${what}${number}`);
}

function listed(verb: string, keys: readonly string[]): readonly string[] {
  return keys.length === 0 ? [] : [`${verb} ${keys.map(printable).join(', ')}`];
}
