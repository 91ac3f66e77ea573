import { commands } from '../commands.js';
import { run } from '../run.js';
import type { Terminal } from '../terminal.js';
import { runClientProgram } from './client-program.js';

/**
 * Runs the program: the commands of operators as `sallyport server …` and under their first names,
 * and all other commands as a client of a gateway. Returns the exit code.
 */
export function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  const io = {
    out: (text: string) => terminal.out(text),
    err: (text: string) => terminal.err(text),
    isTerminal: terminal.isErrorTerminal,
  };
  if (args[0] === '__complete') return printCompletion(args, terminal);
  if (args[0] === 'server') return run(args.slice(1), io);
  const isOperators = [1, 2].some((count) =>
    Object.hasOwn(commands, args.slice(0, count).join(' ')),
  );
  return isOperators ? run(args, io) : runClientProgram(args, terminal);
}

/** Completes a line for the script of a shell: `__complete -- WORD...`. */
async function printCompletion(args: readonly string[], terminal: Terminal): Promise<number> {
  const { complete } = await import('../completion/complete.js');
  await complete(args.slice(args[1] === '--' ? 2 : 1), terminal);
  return 0;
}
