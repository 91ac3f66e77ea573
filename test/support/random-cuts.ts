import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Random } from '../conformance/scenarios/random.js';

export interface CutPlan {
  readonly seed: number;
  /** Connections that are opened after so many cuts stay. */
  readonly cutsMax: number;
  /** The longest that others live; those that are cut by bytes may live four times as long. */
  readonly livesMsMax: number;
  /** The most that a client gets on one of those that are cut in the middle of an answer. */
  readonly bytesMax: number;
}

/** A port on loopback that leads to another one, and cuts connections at random moments. */
export class RandomCuts {
  /** Connections that clients have opened. */
  opened = 0;
  /** Of these, those that were cut. */
  cut = 0;
  readonly #server: Server;
  readonly #plan: CutPlan;
  readonly #random: Random;
  readonly #sockets = new Set<Socket>();
  readonly #spent = Promise.withResolvers<void>();

  private constructor(server: Server, targetPort: number, plan: CutPlan) {
    this.#server = server;
    this.#plan = plan;
    this.#random = new Random(plan.seed);
    server.on('connection', (client) => this.#join(client, connect(targetPort, '127.0.0.1')));
  }

  static async to(targetPort: number, plan: CutPlan): Promise<RandomCuts> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new RandomCuts(server, targetPort, plan);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Settles when all cuts of the plan have been made. */
  get spent(): Promise<void> {
    return this.#spent.promise;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server.close(), 'close');
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket, target: Socket): void {
    this.opened += 1;
    for (const socket of [client, target]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    client.pipe(target).pipe(client);
    if (this.cut < this.#plan.cutsMax) this.#doom(client, target);
  }

  #doom(client: Socket, target: Socket): void {
    const { livesMsMax, bytesMax } = this.#plan;
    // A client sees an end in one case, and an error in the other.
    const isReset = this.#random.isOne(2);
    const cut = (): void => {
      if (client.destroyed || this.cut >= this.#plan.cutsMax) return;
      this.cut += 1;
      if (isReset) client.resetAndDestroy();
      else client.destroy();
      if (this.cut === this.#plan.cutsMax) this.#spent.resolve();
    };
    const isByBytes = this.#random.isOne(3);
    let left = 1 + this.#random.below(isByBytes ? bytesMax : Number.MAX_SAFE_INTEGER);
    target.on('data', ({ length }) => {
      left -= length;
      if (left <= 0) cut();
    });
    const timer = setTimeout(cut, this.#random.below(livesMsMax) * (isByBytes ? 4 : 1));
    client.on('close', () => clearTimeout(timer));
  }
}
