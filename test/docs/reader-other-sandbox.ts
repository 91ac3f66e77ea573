import { findFreePorts } from '../cluster/free-ports.js';
import { type Ports, StartedSandbox } from '../support/started-sandbox.js';

/** Ports of a page for a second sandbox. */
const documented: Ports = { main: 9_420, health: 9_421, tls: 9_445, sandbox: 9_444 };
const names = Object.keys(documented) as readonly (keyof Ports)[];

/** Second sandbox, which the reader of a page starts in another terminal. */
export class ReaderOtherSandbox {
  readonly #ports: Ports;
  #sandbox: StartedSandbox | undefined;

  private constructor(ports: Ports) {
    this.#ports = ports;
  }

  static async withFreePorts(): Promise<ReaderOtherSandbox> {
    const free = await findFreePorts(names.length);
    const ports = Object.fromEntries(names.map((name, at) => [name, free[at]])) as Ports;
    return new ReaderOtherSandbox(ports);
  }

  /** Reports whether a command starts a sandbox with the ports of a page. */
  isStartedBy(command: string): boolean {
    return command.endsWith('npm start') && command.includes(String(documented.sandbox));
  }

  /** Returns a text with the ports of this sandbox in place of the documented ports. */
  withPorts(text: string): string {
    return names.reduce(
      (result, name) =>
        result.replaceAll(new RegExp(`\\b${documented[name]}\\b`, 'g'), String(this.#ports[name])),
      text,
    );
  }

  /** Runs the command of a page until the sandbox has started. Rejects with what it printed. */
  async start(command: string, { main, cwd }: { readonly main: string; readonly cwd: string }) {
    const variables = command.replaceAll(/\\\n\s*/g, '').replace(/ *npm start$/, '');
    const script = `exec env ${this.withPorts(variables)} ${process.execPath} ${main}`;
    this.#sandbox = await StartedSandbox.start({ main, cwd, ports: this.#ports, script });
  }

  async stop(): Promise<void> {
    await this.#sandbox?.stop('SIGINT');
  }
}
