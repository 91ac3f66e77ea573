import { oldNode } from './app/old-node.js';

const old = oldNode();
if (old !== undefined) {
  process.stderr.write(`${old}\n`);
  process.exit(2);
}
// A reader that has left gets nothing more, and the exit code stays that of the command.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
// Imported after the check, since older versions fail on what is in there.
const { run } = await import('./cli/run.js');
process.exitCode = await run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
});
