import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const COLUMNS = 60;
const PROMPT_MS_MAX = 10_000;
const LOOK_EVERY_MS = 20;

export interface UserSession {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Shown {
  /** Output and errors, as they come on a screen. */
  readonly text: string;
  readonly code: number | null;
}

/** Runs a command line of a shell, whose output is piped. */
export async function runPiped(line: string, { cwd, env }: UserSession): Promise<Shown> {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  return shownBy(spawn('bash', ['-c', `exec 2>&1; ${line}`], { cwd, env, stdio: [...stdio] }));
}

/** Runs a command line in a terminal, and types lines once a prompt is there. */
export async function runInTerminal(
  line: string,
  typed: readonly string[],
  { cwd, env }: UserSession,
): Promise<Shown> {
  const command = `stty cols ${COLUMNS}; ${line}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    ...{ cwd, env: { ...env, SHELL: '/bin/bash' } },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let seen = '';
  child.stdout.on('data', (data: Buffer) => (seen += data.toString()));
  child.stdin.on('error', () => undefined);
  const shown = shownBy(child);
  for (const text of typed) {
    await untilPrompt(() => seen);
    seen = '';
    child.stdin.write(`${text}\n`);
  }
  return shown;
}

/** Removes the sequences that move the cursor and clear lines. ECMA-48, section 5.4. */
export function withoutControls(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
}

async function untilPrompt(seen: () => string): Promise<void> {
  const untilMs = performance.now() + PROMPT_MS_MAX;
  while (!/[:\]] $/.test(withoutControls(seen()))) {
    if (performance.now() > untilMs) throw new Error(`there is no prompt after: ${seen()}`);
    await delay(LOOK_EVERY_MS);
  }
}

async function shownBy(child: ChildProcess): Promise<Shown> {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => (text += data.toString()));
  }
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { text, code };
}
