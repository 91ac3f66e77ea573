import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface KubectlRun {
  readonly binary: string;
  readonly kubeconfigFile: string;
  /** Where kubectl keeps its cache, and finds none of the user's own settings. */
  readonly homeDir: string;
  readonly input?: string;
}

const timeoutMs = 60_000;

/** Runs kubectl and resolves with its standard output; rejects with its error text if it fails. */
export async function runKubectl(
  kubectlArguments: readonly string[],
  { binary, kubeconfigFile, homeDir, input = '' }: KubectlRun,
): Promise<string> {
  const child = spawn(binary, kubectlArguments, {
    // It has ended before it would have to collect garbage.
    env: { HOME: homeDir, KUBECONFIG: kubeconfigFile, GOGC: 'off' },
    timeout: timeoutMs,
  });
  // kubectl may end without having read its input; its exit code then tells why.
  child.stdin.on('error', () => undefined).end(input);
  const [output, errorText, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code === 0) return output;
  throw new Error(`kubectl ${kubectlArguments.join(' ')} failed:\n${errorText.trimEnd()}`);
}
