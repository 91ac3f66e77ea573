import { UsageError } from '../command.js';
import type { CommandCall } from '../program/command-call.js';

/** Asks before a command destroys something. Throws UsageError without a consent. */
export async function requireConsent(call: CommandCall, question: string): Promise<void> {
  if (call.flag('yes') || call.flag('dryRun')) return;
  if (!call.terminal.isInputTerminal) {
    throw new UsageError('there is no terminal to ask: use --yes');
  }
  const answer = await call.terminal.readLine(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('nothing was done');
}
