import { oldNode } from './app/old-node.js';

const old = oldNode();
if (old !== undefined) {
  process.stderr.write(`${old}\n`);
  process.exit(2);
}
// A reader that has left gets nothing more, and the exit code stays that of the command.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
// Imported after the check, since older versions fail on what is in there.
const { runProgram } = await import('./cli/program/run-program.js');
const { processTerminal } = await import('./cli/process-terminal.js');
process.exitCode = await runProgram(process.argv.slice(2), processTerminal());
