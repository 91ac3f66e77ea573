import type { ChildProcess } from 'node:child_process';

/** What node:cluster says to a worker, and hears of it. */
interface ClusterMessage {
  readonly cmd?: string;
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

/** One that was accepted, as Node holds it. */
interface Connection {
  close(): void;
}

type Send = (message: ClusterMessage, handle?: Connection, ...rest: unknown[]) => boolean;

/**
 * Connections that were handed to a worker and that it has not taken yet. Node keeps each open in
 * this process until the worker says so: of one that dies before, the client would never hear.
 * `RoundRobinHandle.handoff`, https://github.com/nodejs/node/blob/v24.x/lib/internal/cluster/round_robin_handle.js
 */
export class HandedConnections {
  readonly #handed = new Map<number, Connection>();

  /** Listens to what node:cluster says to the worker from here on. */
  constructor(worker: ChildProcess) {
    const send = worker.send.bind(worker) as unknown as Send;
    const noting: Send = (message, handle, ...rest) => {
      const { act, seq = 0 } = message;
      const isHanded = isOfCluster(message) && act === 'newconn';
      if (isHanded && handle !== undefined) this.#handed.set(seq, handle);
      return send(message, handle, ...rest);
    };
    worker.send = noting as unknown as ChildProcess['send'];
    worker.on('internalMessage', (message: ClusterMessage) => {
      if (isOfCluster(message) && message.ack !== undefined) this.#handed.delete(message.ack);
    });
  }

  /** The worker is gone. */
  close(): void {
    for (const connection of this.#handed.values()) connection.close();
    this.#handed.clear();
  }
}

function isOfCluster({ cmd }: ClusterMessage): boolean {
  return cmd === 'NODE_CLUSTER';
}
