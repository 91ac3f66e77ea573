import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import type { TestCluster } from '../cluster/test-cluster.js';

/** Secret as an event of the cluster contains it. */
export interface SeenSecret {
  readonly type: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export interface SeenState {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: SeenSecret;
}

export interface WatchedPlace {
  readonly cluster: TestCluster;
  readonly namespace: string;
  /** Token of an account that may watch Secrets there. */
  readonly token: string;
}

/** Every state that a Secret of a namespace had, as the cluster itself reports it. */
export class SecretStates {
  readonly all: SeenState[] = [];
  readonly #response: IncomingMessage;
  #isOpen = true;
  #isEnded = false;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    const lines = createInterface({ input: response });
    lines.on('line', (line) => this.all.push(JSON.parse(line) as SeenState));
    response.on('close', () => (this.#isOpen = false));
    response.on('error', () => undefined);
  }

  /** Watches an empty namespace from its beginning. */
  static async open({ cluster, namespace, token }: WatchedPlace): Promise<SecretStates> {
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    const { body } = await cluster.request<{ metadata: { resourceVersion: string } }>('GET', path);
    const from = body.metadata.resourceVersion;
    const { hostname, port } = new URL(cluster.url);
    const outgoing = request({
      ...{ hostname, port, ca: readFileSync(cluster.caFile, 'utf8') },
      path: `${path}?watch=true&timeoutSeconds=3600&resourceVersion=${from}`,
      headers: { authorization: `Bearer ${token}` },
    });
    outgoing.on('error', () => undefined);
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`no watch: ${response.statusCode}`);
    return new SecretStates(response);
  }

  /** Reports whether no state can have been missed. */
  get isWhole(): boolean {
    return this.#isOpen || this.#isEnded;
  }

  stop(): void {
    this.#isEnded = true;
    this.#response.destroy();
  }
}

/** Returns decoded values. */
export function valuesOf({ data = {} }: SeenSecret): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}
