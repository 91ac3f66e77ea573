import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { BuiltGateway } from '../support/child-gateway.js';

/** Variable of all programs that the blocks of pages start; its value is the reader's folder. */
export const readerVariable = 'READER_FOLDER';
/** Time in which programs end that were stopped, or whose server has ended. */
const END_MS_MAX = 5_000;
const LOOK_EVERY_MS = 100;

/** Writes the program of a checkout, `./sallyport`. */
export function writePrograms(folder: string, projectDir: string, { main }: BuiltGateway): void {
  const program = join(dirname(main), 'cli.js');
  for (const name of ['scripts', 'node_modules/.bin', 'home']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  symlinkSync(process.execPath, join(folder, 'node_modules', '.bin', 'node'));
  copyFileSync(join(projectDir, 'sallyport'), join(folder, 'sallyport'));
  const start = `await import(${JSON.stringify(pathToFileURL(program).href)});\n`;
  writeFileSync(join(folder, 'scripts', 'sallyport.mjs'), start);
}

/** Ends the programs of a reader that still run, and returns their command lines. */
export async function endLeftPrograms(folder: string): Promise<readonly string[]> {
  const untilMs = performance.now() + END_MS_MAX;
  while (programsOf(folder).length > 0 && performance.now() < untilMs) await delay(LOOK_EVERY_MS);
  const left = programsOf(folder);
  for (const { id } of left) process.kill(id, 'SIGKILL');
  return left.map(({ commandLine }) => commandLine);
}

interface RunningProgram {
  readonly id: number;
  readonly commandLine: string;
}

function programsOf(folder: string): readonly RunningProgram[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      if (!wordsOf(name, 'environ').includes(`${readerVariable}=${folder}`)) return [];
      return [{ id: Number(name), commandLine: wordsOf(name, 'cmdline').join(' ') }];
    });
}

/** Returns words of a process; none of one that has ended. proc(5). */
function wordsOf(id: string, file: 'environ' | 'cmdline'): readonly string[] {
  try {
    return readFileSync(join('/proc', id, file), 'utf8').split('\0');
  } catch {
    return [];
  }
}
