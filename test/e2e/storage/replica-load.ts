import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../../conformance/scenarios/random.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { replicaNamespace, type ReplicaWorld } from './replica-world.js';

const secrets = `/v1/namespaces/${replicaNamespace}/secrets`;
const NAMES = 20;
const CLIENTS_OF_REPLICA = 6;
const AFTER_FAILURE_MS = 50;
const REPEATS_MAX = 20;
/** Statuses of requests that are on record; 503 is none. */
const onRecord = new Set([200, 403]);
const UNAVAILABLE = 503;

/** Clients that send mixed requests to all replicas, and note what was acknowledged. */
export class ReplicaLoad {
  /** Audit ids of responses. */
  readonly acknowledged: string[] = [];
  /** Responses that no fault explains. */
  readonly unexpected: string[] = [];
  /** Requests of which the response was lost or 503. */
  failures = 0;
  readonly #versions = new Map<string, number[]>();
  readonly #world: ReplicaWorld;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #ending = new AbortController();
  #clients: Promise<unknown> | undefined;

  constructor(world: ReplicaWorld) {
    this.#world = world;
  }

  /** Names of the Secrets, which must exist. */
  static get names(): readonly string[] {
    return Array.from({ length: NAMES }, (_, index) => `shared-${index}`);
  }

  /** Writes each Secret, so that it has a version. */
  async begin(): Promise<void> {
    for (const name of ReplicaLoad.names) await this.#writeOnce(0, name);
  }

  start(seed: number): void {
    const clients = this.#world.replicas.flatMap((_, replica) =>
      Array.from({ length: CLIENTS_OF_REPLICA }, (__, client) =>
        this.#client(replica, new Random(seed + replica * CLIENTS_OF_REPLICA + client)),
      ),
    );
    this.#clients = Promise.all(clients);
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#clients;
    this.#agent.destroy();
  }

  /** Version numbers that two acknowledged writes of one Secret have got. */
  get versionsGivenTwice(): readonly string[] {
    return [...this.#versions].flatMap(([name, versions]) =>
      versions.length === new Set(versions).size ? [] : name,
    );
  }

  async #client(replica: number, random: Random): Promise<void> {
    const operations = this.#operations(random);
    while (!this.#ending.signal.aborted) {
      const operation = random.pick(operations);
      await operation(replica);
    }
  }

  /** Reads come more often than writes, as with real users. */
  #operations(random: Random): readonly ((replica: number) => Promise<unknown>)[] {
    const name = () => random.pick(ReplicaLoad.names);
    const read = (replica: number) => this.#call(replica, { path: `${secrets}/${name()}` });
    const key = (replica: number) => this.#call(replica, { path: `${secrets}/${name()}/keys/pin` });
    const { auditor } = this.#world.tokens;
    return [
      ...[read, read, key, key],
      (replica) => this.#call(replica, { path: secrets }),
      (replica) => this.#call(replica, { path: '/v1/namespaces/kube-system/secrets/absent' }),
      (replica) => this.#call(replica, { path: `${secrets}/${name()}/versions` }),
      (replica) => this.#call(replica, { path: '/v1/audit/events?limit=5', token: auditor }),
      (replica) => this.#write(replica, name()),
      (replica) => this.#writeOnce(replica, name()),
    ];
  }

  async #write(replica: number, name: string, headers: Call['headers'] = {}) {
    const body = { stringData: { pin: randomBytes(3).toString('hex') } };
    const path = `${secrets}/${name}`;
    const answer = await this.#call(replica, { method: 'PATCH', path, headers, body });
    if (answer?.status === 200) this.#noteVersion(name, answer);
    return answer;
  }

  /** Repeats a write under one key, at one replica after the other, until it is answered. */
  async #writeOnce(replica: number, name: string): Promise<void> {
    const body = { stringData: { pin: randomBytes(3).toString('hex') } };
    const headers = { 'idempotency-key': randomBytes(8).toString('hex') };
    const call = { method: 'PATCH', path: `${secrets}/${name}`, headers, body };
    for (let repeat = 0; repeat < REPEATS_MAX; repeat += 1) {
      const answer = await this.#call(replica + repeat, call);
      if (answer?.status === 200) return this.#noteVersion(name, answer);
    }
  }

  #noteVersion(name: string, answer: Answer): void {
    const { version } = answer.json<{ readonly version?: number | null }>();
    if (typeof version !== 'number') return;
    const versions = this.#versions.get(name) ?? [];
    versions.push(version);
    this.#versions.set(name, versions);
  }

  /** Sends a request, and notes its response; undefined if there was none. */
  async #call(replica: number, call: Call): Promise<Answer | undefined> {
    const { replicas, tokens } = this.#world;
    try {
      const url = replicas[replica % replicas.length]?.gateway.url ?? '';
      const answer = await send(url, { token: tokens.owner, agent: this.#agent, ...call });
      if (onRecord.has(answer.status)) this.acknowledged.push(String(answer.headers['audit-id']));
      else await this.#failed(call, answer);
      return answer;
    } catch {
      await this.#failed(call);
      return undefined;
    }
  }

  async #failed(call: Call, answer?: Answer): Promise<void> {
    this.failures += 1;
    const isBusyKey = answer?.status === 409 && call.headers !== undefined;
    if (answer !== undefined && answer.status !== UNAVAILABLE && !isBusyKey) {
      this.unexpected.push(`${call.method ?? 'GET'} ${call.path}: ${answer.status} ${answer.text}`);
    }
    await pause(AFTER_FAILURE_MS);
  }
}
