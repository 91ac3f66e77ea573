// Looks at the arguments of all processes of the machine, and at the environment of those that run
// the command line, without a pause. Writes a line for each that has one of the texts of a file.
//   seen-arguments.ts FILE PROGRAM
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const [file = '', program = ''] = process.argv.slice(2);
const texts = readFileSync(file, 'utf8').trim().split('\n');
const EVERY_MS = 3;

for (;;) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const line = contentOf(`/proc/${pid}/cmdline`);
    const environment = line.includes(program) ? contentOf(`/proc/${pid}/environ`) : '';
    if (texts.some((text) => (line + environment).includes(text))) {
      process.stdout.write(`${line.replaceAll('\0', ' ')}\n`);
    }
  }
  await delay(EVERY_MS);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process has ended meanwhile.
    return '';
  }
}
