import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { TlsWorld } from '../test/support/tls-files.js';
import { ClusterGateway, type ClusterGatewayWish } from './cluster-gateway.js';
import { RealCluster } from './real-cluster.js';

const signals = ['SIGINT', 'SIGTERM'] as const;
/** As a shell tells of SIGINT. */
const EXIT_INTERRUPTED = 130;

/** Of the caller: for the API server, and for a gateway. */
export interface CallerTokens {
  readonly direct: string;
  readonly gateway: string;
}

/** A real API server and what it takes to start gateways before it. */
export class ClusterWorld {
  readonly dir: string;
  readonly cluster: RealCluster;
  readonly tls: TlsWorld;
  readonly tokens: CallerTokens;
  readonly #stack: AsyncDisposableStack;
  #gateways = 0;
  #stopped: Promise<void> | undefined;

  private constructor(parts: {
    readonly dir: string;
    readonly cluster: RealCluster;
    readonly tls: TlsWorld;
    readonly tokens: CallerTokens;
    readonly stack: AsyncDisposableStack;
  }) {
    this.dir = parts.dir;
    this.cluster = parts.cluster;
    this.tls = parts.tls;
    this.tokens = parts.tokens;
    this.#stack = parts.stack;
  }

  static async start(dir: string): Promise<ClusterWorld> {
    await using stack = new AsyncDisposableStack();
    const cluster = await RealCluster.start();
    stack.defer(() => cluster.stop());
    const tls = await TlsWorld.create();
    stack.defer(() => {
      tls.remove();
    });
    const tokens = {
      direct: await cluster.tokenFor(),
      gateway: await cluster.tokenFor(['sallyport']),
    };
    const world = new ClusterWorld({ dir, cluster, tls, tokens, stack: stack.move() });
    // Whoever is tired of waiting leaves no server behind; npm sends a signal twice.
    const leave = (): void => void world.stop().finally(() => process.exit(EXIT_INTERRUPTED));
    for (const signal of signals) process.on(signal, leave);
    return world;
  }

  /** With a data folder of its own; it is stopped with the world at the latest. */
  async startGateway(wish: Omit<ClusterGatewayWish, 'dir' | 'tls'>): Promise<ClusterGateway> {
    this.#gateways += 1;
    const dir = this.newFolder(`gateway-${this.#gateways}`);
    const gateway = await ClusterGateway.start(this.cluster, { ...wish, dir, tls: this.tls });
    this.#stack.defer(() => gateway.stop());
    return gateway;
  }

  newFolder(name: string): string {
    const dir = join(this.dir, name);
    mkdirSync(dir);
    return dir;
  }

  /** Has something else ended with the world, before what it stands on. */
  defer(end: () => Promise<void>): void {
    this.#stack.defer(end);
  }

  /** Ends all that was started, last first; may be called twice. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#stack.disposeAsync();
    await this.#stopped;
  }
}
