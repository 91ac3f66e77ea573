import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { attributeErrors, fileKey, type FileResult, type RunMessage } from './spec-results.js';

export interface VitestOptions {
  /** In addition to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly onStarted?: (files: number) => void;
  readonly onFile?: (result: FileResult) => void;
}

export interface VitestOutcome {
  readonly results: readonly FileResult[];
  /** Errors that belong to no file. */
  readonly faults: readonly string[];
}

/** Runs vitest with `RunReporter`, and returns the result of each file. */
export async function runVitest(
  args: readonly string[],
  { environment = {}, onStarted, onFile }: VitestOptions = {},
): Promise<VitestOutcome> {
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], {
    env: { ...process.env, ...environment, SALLYPORT_TEST_REPORT: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const results = new Map<string, FileResult>();
  let errors: Extract<RunMessage, { kind: 'ended' }>['errors'] | undefined;
  child.on('message', (message: RunMessage) => {
    if (message.kind === 'started') onStarted?.(message.files);
    if (message.kind === 'ended') errors = message.errors;
    if (message.kind !== 'file') return;
    results.set(fileKey(message.result), message.result);
    onFile?.(message.result);
  });
  const [code] = (await once(child, 'close')) as readonly (number | null)[];
  const attributed = attributeErrors([...results.values()], errors ?? []);
  return { results: attributed.results, faults: faultsOf(attributed, errors !== undefined, code) };
}

function faultsOf(
  { results, others }: ReturnType<typeof attributeErrors>,
  isEnded: boolean,
  code: number | null | undefined,
): readonly string[] {
  const isExplained = others.length > 0 || results.some(({ failed }) => failed > 0);
  if (isEnded && (code === 0 || isExplained)) return others;
  return [...others, `vitest ended with exit code ${String(code)}`];
}
