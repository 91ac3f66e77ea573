import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { adminAgent, type AdminAccess } from './admin-access.js';
import { requestOnce } from './request-once.js';
import { fillNamespace } from './fill-namespace.js';

type Answer = { readonly facts: AdminAccess } | { readonly residentMib: number };

export const namespace = 'bench';

/** A sandbox in a process that does nothing else, so that its memory can be told. */
export class SandboxChild {
  readonly facts: AdminAccess;
  readonly #child: ChildProcess;
  readonly #bareMib: number;

  private constructor(child: ChildProcess, facts: AdminAccess, bareMib: number) {
    this.#child = child;
    this.facts = facts;
    this.#bareMib = bareMib;
  }

  static async start(dataDir: string): Promise<SandboxChild> {
    // Plain Node on the compiled program, as it is shipped.
    const script = new URL('./sandbox-child.mjs', import.meta.url).pathname;
    const program = new URL('../packages/kube-sandbox/dist/index.js', import.meta.url).href;
    const child = fork(script, [dataDir, program], { execArgv: ['--expose-gc'] });
    const bare = await ask(child, 'memory');
    const started = await ask(child, 'start');
    if (!('facts' in started) || !('residentMib' in bare)) throw new Error('no answer');
    return new SandboxChild(child, started.facts, bare.residentMib);
  }

  /** Creates Secrets `s0`, `s1` … of one value each. */
  async fill(count: number, valueBytes: number): Promise<void> {
    const agent = adminAgent(this.facts, 1);
    const { url } = this.facts;
    const namespaces = { kind: 'Namespace', apiVersion: 'v1', metadata: { name: namespace } };
    await requestOnce(url, agent, 'POST', '/api/v1/namespaces', namespaces);
    agent.destroy();
    await fillNamespace(this.facts, { namespace, count, valueBytes });
  }

  async memory(): Promise<{ readonly bareMib: number; readonly sandboxMib: number }> {
    const answer = await ask(this.#child, 'memory');
    if (!('residentMib' in answer)) throw new Error('no answer');
    return { bareMib: this.#bareMib, sandboxMib: answer.residentMib };
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}

async function ask(child: ChildProcess, question: 'memory' | 'start'): Promise<Answer> {
  child.send(question);
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
}
