import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import type { CrashGate } from './rotation-crash-gate.js';

/**
 * In front of a server of any protocol: each flight, which is all that one side says before the
 * other one speaks, passes a gate before it goes on.
 */
export class FlightProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, parts: { readonly gate: CrashGate; readonly to: number }) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => this.#join(client, parts));
  }

  /** `port`: of the server, on loopback. */
  static async start(port: number, gate: CrashGate): Promise<FlightProxy> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new FlightProxy(server, { gate, to: port });
  }

  /** Whether anybody is connected. */
  get isUsed(): boolean {
    return this.#sockets.size > 0;
  }

  /** Ends all connections; what was held goes nowhere. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await once(this.#server.close(), 'close');
  }

  #join(client: Socket, { gate, to }: { readonly gate: CrashGate; readonly to: number }): void {
    const server = connect(to, '127.0.0.1');
    const pass = gate.join();
    let speaker: 'client' | 'server' | undefined;
    const ends = [
      { from: client, into: server, name: 'client' },
      { from: server, into: client, name: 'server' },
    ] as const;
    for (const { from, into, name } of ends) {
      let passing = Promise.resolve();
      this.#sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        // Not before what was said last.
        passing.then(() => into.end(), ignore);
      });
      from.on('data', (chunk) => {
        from.pause();
        const isNext = speaker === name;
        speaker = name;
        passing = isNext ? passing : pass(name);
        passing.then(
          () => {
            into.write(chunk);
            from.resume();
          },
          () => [client, server].forEach((one) => one.destroy()),
        );
      });
    }
  }
}

const ignore = (): undefined => undefined;
