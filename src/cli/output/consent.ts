import { UsageError } from '../command.js';
import type { CommandCall } from '../program/command-call.js';

/**
 * Asks before a command destroys something, and reports whether the user consents. A refusal is no
 * failure: the command ends with 0, as kubectl does.
 */
export async function hasConsent(call: CommandCall, question: string): Promise<boolean> {
  if (!asksConsent(call)) return true;
  const answer = await call.terminal.readLine(`${question} [y/N] `);
  const isYes = /^y(es)?$/i.test(answer.trim());
  if (!isYes) call.confirm('nothing was done');
  return isYes;
}

/** Reports whether a command asks before it acts. Throws UsageError if it cannot ask. */
export function asksConsent(call: CommandCall): boolean {
  if (call.flag('yes') || call.flag('dryRun')) return false;
  if (call.terminal.isInputTerminal) return true;
  throw new UsageError('there is no terminal to ask: use --yes');
}
