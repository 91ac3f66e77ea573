import { Agent } from 'node:http';
import type { TestInstallation } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';

/** Who calls, on a connection that is kept. */
export interface KeptCaller {
  readonly token: string;
  readonly agent: Agent;
}

/** An answer of the gateway, as far as it is remembered. */
export interface Told {
  readonly auditId: string;
  readonly status: number;
  /** When it was asked for, and when it had come. */
  readonly sentAtMs: number;
  readonly toldAtMs: number;
}

interface Count {
  /** The latest that was sent, and the latest that was acknowledged by whomever. */
  sent: number;
  acknowledged: number;
  isThere: boolean;
  /** What a read may not be older than. */
  floor: number;
  /** Whether a read finds it; undefined where it may or may not. */
  isExpected: boolean | undefined;
  /** Grows whenever that becomes something else. */
  turns: number;
}

const merge = { 'content-type': 'application/merge-patch+json' };
const valueOf = (count: number): string => `value-number-${count}`;

/**
 * Secrets whose value counts their writes. Of each read that it sends it knows what the answer may
 * be: no state older than a write that was acknowledged before. One write of a Secret at a time.
 */
export class CountedSecrets {
  /** All answers of the gateway, and what was wrong with some. */
  readonly answers: Told[] = [];
  readonly wrong: string[] = [];
  readonly #installation: TestInstallation;
  readonly #base: string;
  readonly #namespace: string;
  readonly #counts = new Map<string, Count>();
  readonly #agents: Agent[] = [];
  #reads = 0;

  constructor(parts: {
    readonly installation: TestInstallation;
    readonly base: string;
    readonly namespace: string;
  }) {
    this.#installation = parts.installation;
    this.#base = parts.base;
    this.#namespace = parts.namespace;
  }

  get names(): readonly string[] {
    return [...this.#counts.keys()];
  }

  caller(token: string): KeptCaller {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    this.#agents.push(agent);
    return { token, agent };
  }

  close(): void {
    for (const agent of this.#agents) agent.destroy();
  }

  /** Through the gateway; creates it where it was not there. */
  async write(owner: KeptCaller, name: string): Promise<void> {
    const count = this.#countOf(name);
    count.sent += 1;
    const number = count.sent;
    const stringData = { n: valueOf(number) };
    const isNew = !count.isThere;
    if (isNew) turn(count, undefined);
    const call = isNew
      ? { method: 'POST', path: this.#path(), body: { name, stringData } }
      : { method: 'PATCH', path: this.#path(name), body: { stringData }, headers: merge };
    const answer = await this.#ask(owner, call);
    requireStatus(answer, isNew ? 201 : 200);
    count.acknowledged = number;
    count.floor = number;
    if (!isNew) return;
    count.isThere = true;
    turn(count, true);
  }

  /** Through the gateway. */
  async remove(owner: KeptCaller, name: string): Promise<void> {
    const count = this.#countOf(name);
    turn(count, undefined);
    const answer = await this.#ask(owner, { method: 'DELETE', path: this.#path(name) });
    requireStatus(answer, 200);
    count.isThere = false;
    turn(count, false);
  }

  /** Past the gateway, so that nothing is promised; creates it where it was not there. */
  async writePast(name: string): Promise<void> {
    const count = this.#countOf(name);
    count.sent += 1;
    const number = count.sent;
    const stringData = { n: valueOf(number) };
    const isNew = !count.isThere;
    if (isNew) turn(count, undefined);
    const answer = isNew
      ? await this.#past('POST', '', { metadata: { name }, stringData })
      : await this.#past('PATCH', name, { stringData });
    requireStatus(answer, isNew ? 201 : 200);
    count.acknowledged = number;
    count.isThere = true;
  }

  async removePast(name: string): Promise<void> {
    const count = this.#countOf(name);
    turn(count, undefined);
    requireStatus(await this.#past('DELETE', name), 200);
    count.isThere = false;
  }

  /** From here on reads have to show what was done past the gateway as well. */
  expectLatest(): void {
    for (const count of this.#counts.values()) {
      count.floor = count.acknowledged;
      turn(count, count.isThere);
    }
  }

  /** A read of the Secret or of its key, by turns; judged where it was answered. */
  async read(caller: KeptCaller, name: string): Promise<Told> {
    const count = this.#countOf(name);
    const { floor, isExpected, turns } = count;
    this.#reads += 1;
    const path = this.#path(name) + (this.#reads % 2 === 0 ? '/keys/n' : '');
    const { status, text, told } = await this.#ask(caller, { path });
    const shown = Number(/value-number-(\d+)/.exec(text)?.[1] ?? Number.NaN);
    if (status === 200 && !(shown >= floor)) this.wrong.push(`${name}: ${shown} after ${floor}`);
    const isSettled = turns === count.turns;
    if (isSettled && isExpected === false && status === 200) this.wrong.push(`${name} was removed`);
    if (isSettled && isExpected === true && status === 404) this.wrong.push(`${name} is not found`);
    return told;
  }

  async #ask(caller: KeptCaller, call: Call): Promise<Answer & { readonly told: Told }> {
    const sentAtMs = performance.now();
    const answer = await send(this.#base, { ...call, ...caller });
    const auditId = String(answer.headers['audit-id']);
    const told = { auditId, status: answer.status, sentAtMs, toldAtMs: performance.now() };
    this.answers.push(told);
    return { ...answer, told };
  }

  #past(method: string, name: string, body?: object) {
    const path = `/api/v1/namespaces/${this.#namespace}/secrets${name && `/${name}`}`;
    return this.#installation.cluster.request(method, path, body);
  }

  #path(name?: string): string {
    return `/v1/namespaces/${this.#namespace}/secrets${name === undefined ? '' : `/${name}`}`;
  }

  #countOf(name: string): Count {
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const made: Count = {
      ...{ sent: 0, acknowledged: 0, floor: 0, turns: 0 },
      ...{ isThere: false, isExpected: undefined },
    };
    this.#counts.set(name, made);
    return made;
  }
}

function turn(count: Count, isExpected: boolean | undefined): void {
  count.isExpected = isExpected;
  count.turns += 1;
}

function requireStatus(answer: { readonly status: number }, status: number): void {
  if (answer.status !== status) throw new Error(`not ${status}: ${JSON.stringify(answer)}`);
}
