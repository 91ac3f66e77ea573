import { UsageError } from '../command.js';
import type { CommandCall } from '../program/command-call.js';
import { completionScripts } from './completion-scripts.js';

export async function completion(call: CommandCall): Promise<void> {
  const shell = call.argument(0);
  const script = Object.hasOwn(completionScripts, shell) ? completionScripts[shell] : undefined;
  if (script === undefined) throw new UsageError('name a shell: bash, zsh or fish');
  call.terminal.out(script);
}
