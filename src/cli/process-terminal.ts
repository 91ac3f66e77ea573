import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from './command.js';
import type { Terminal } from './terminal.js';

const COLUMNS = 80;
/** Name by which kubectl finds the program. */
const KUBECTL_PLUGIN = 'kubectl-sallyport';

/** Returns the terminal of this process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const [, program = ''] = process.argv;
  return {
    out: (data) => void stdout.write(data),
    err: (text) => void stderr.write(text),
    readInput: (bytesMax) => readInput(bytesMax),
    readHidden: (prompt) => ask(prompt, true),
    readLine: (prompt) => ask(prompt, false),
    isInputTerminal: stdin.isTTY === true,
    isOutputTerminal: stdout.isTTY === true,
    isErrorTerminal: stderr.isTTY === true,
    columns: stdout.columns || COLUMNS,
    env,
    homeFolder: homedir(),
    programWords: [process.execPath, realpathSync(program)],
    isKubectlPlugin: basename(program) === KUBECTL_PLUGIN,
  };
}

async function readInput(bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    const bytes = chunk as Buffer; // no encoding is set
    length += bytes.length;
    if (length > bytesMax) throw new UsageError(`standard input has more than ${bytesMax} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Asks on standard error, so that the output of a command can be piped. */
async function ask(prompt: string, isHidden: boolean): Promise<string> {
  // Readline writes the typed characters to its output.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  silent.on('error', () => undefined);
  const output = isHidden ? silent : process.stderr;
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  // After the terminal shows no typed characters any more.
  if (isHidden) process.stderr.write(prompt);
  const { promise, reject } = Promise.withResolvers<never>();
  lines.once('SIGINT', () => reject(new UsageError('interrupted: nothing was done')));
  lines.once('close', () => reject(new UsageError('the input has ended: nothing was done')));
  try {
    return await Promise.race([lines.question(isHidden ? '' : prompt), promise]);
  } finally {
    lines.close();
    if (isHidden) process.stderr.write('\n');
  }
}
