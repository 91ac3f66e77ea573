import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { parse } from 'yaml';

import type { TestCluster } from '../cluster/test-cluster.js';
import { Exchange } from './exchange.js';
import { Normaliser } from './normaliser.js';
import { applyType, type Step, type StepOptions } from './scenario.js';
import { fillIn, memberAt } from './placeholders.js';
import { WatchStream, type WatchEvent } from './watch-stream.js';

/** One thing that a server said, without what varies. */
export interface Entry {
  readonly step: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** An answer, or a fact, that is not the one that the scenario states. */
export interface Failure {
  /** Of the entry in the transcript that it is about. */
  readonly index: number;
  readonly problem: string;
}

export interface SessionSettings {
  readonly cluster: TestCluster;
  readonly namespace: string;
  /** The same in every run of a scenario, so that transcripts can be compared. */
  readonly alias: string;
}

export interface OpenWatch {
  readonly step: string;
  readonly stream: WatchStream;
}

const patienceMs = 5_000;
const pollMs = 20;
const admin = 'kubernetes-admin/system:masters';
const comparedHeaders = ['content-type', 'warning', 'allow', 'cache-control', 'retry-after'];

/** Sends the steps of one scenario to one server and writes down what it answers. */
export class Session {
  readonly namespace: string;
  readonly transcript: Entry[] = [];
  readonly failures: Failure[] = [];
  readonly #cluster: TestCluster;
  readonly #normaliser: Normaliser;
  readonly #exchanges = new Map<string, Promise<Exchange>>();
  readonly #saved = new Map<string, unknown>();
  readonly #watches: OpenWatch[] = [];

  constructor({ cluster, namespace, alias }: SessionSettings) {
    this.#cluster = cluster;
    this.namespace = namespace;
    this.#saved.set('ns', namespace);
    this.#normaliser = new Normaliser({
      [namespace]: alias,
      [cluster.url]: '<server>',
      [new URL(cluster.url).host]: '<server address>',
    });
  }

  /** Unwritten: what comes back is the matter of one scenario alone. */
  async createNamespace(): Promise<void> {
    const metadata = { name: this.namespace, labels: { scenario: this.namespace } };
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata };
    await this.ask({ status: 201, method: 'POST', path: '/api/v1/namespaces', body });
  }

  /** Sends a request, writes its answer down and resolves with the body as it came. */
  async send<Body = Record<string, never>>(step: Step): Promise<Body> {
    const response = await this.#open(step);
    const body = await bodyOf(response);
    if (step.save !== undefined) this.#saved.set(step.save, body);
    this.#check(step, response.statusCode ?? 0, body);
    const shown = step.view === undefined ? body : step.view(body);
    this.record({
      step: nameOf(step),
      status: response.statusCode ?? 0,
      headers: headersOf(response),
      body: step.isOpaque === true ? '<opaque>' : shown,
    });
    return body as Body;
  }

  /** As `send`, without writing anything down. */
  async ask<Body = Record<string, never>>(step: Step): Promise<Body> {
    const response = await this.#open(step);
    const body = await bodyOf(response);
    if (step.save !== undefined) this.#saved.set(step.save, body);
    this.#check(step, response.statusCode ?? 0, body);
    return body as Body;
  }

  /** Sees to it that an object is there which all runs on this server share; unwritten. */
  async install(path: string, manifest: unknown): Promise<void> {
    const query = 'fieldManager=install&force=true';
    const step = { status: 200, method: 'PATCH', path: `${path}?${query}`, body: manifest };
    const response = await this.#open({ ...step, type: applyType });
    const body = await bodyOf(response);
    if ((response.statusCode ?? 0) >= 300) this.fail(`${path}: ${messageOf(body)}`);
  }

  /** Waits, for 5 s at most, until something that the server does by itself has been done. */
  async until(
    step: string,
    isDone: () => Promise<boolean>,
    waitedMsMax: number = patienceMs,
  ): Promise<void> {
    const deadline = Date.now() + waitedMsMax;
    while (!(await isDone())) {
      if (Date.now() > deadline) throw new Error(`waited in vain: ${step}`);
      await sleep(pollMs);
    }
  }

  /** As `send`, after the answer has become the one that `until` or `untilStatus` names. */
  async sendPatiently(step: Step): Promise<void> {
    const { until, untilStatus } = step;
    if (until !== undefined || untilStatus !== undefined) {
      await this.until(
        nameOf(step),
        async () => {
          const response = await this.#open(step);
          const body = await bodyOf(response);
          if (untilStatus !== undefined && response.statusCode !== untilStatus) return false;
          return until === undefined || memberAt(new Map([['it', body]]), `it.${until}`) === true;
        },
        step.patienceMs,
      );
    }
    await this.send(step);
  }

  /** Opens a watch that the server must accept. */
  async watch(path: string, options: StepOptions = {}): Promise<OpenWatch> {
    const step: Step = { status: 200, method: 'GET', path, ...options };
    const response = await this.#open(step);
    const watch = { step: `watch ${path}`, stream: new WatchStream(response) };
    this.#watches.push(watch);
    const status = response.statusCode ?? 0;
    if (status !== 200) this.fail(`${watch.step}: ${status}`);
    this.record({ step: watch.step, status, headers: headersOf(response), body: '<stream>' });
    return watch;
  }

  /** Writes the next `count` events of a watch down; without a count, all until its end. */
  async events(watch: OpenWatch, count?: number): Promise<readonly WatchEvent[]> {
    const { stream, step } = watch;
    const events = count === undefined ? await stream.rest() : await stream.take(count);
    this.record({ step: `events of ${step}`, status: 200, headers: {}, body: events });
    return events;
  }

  /** Writes down something that a scenario worked out itself. */
  note(step: string, body: unknown): void {
    this.record({ step, status: 0, headers: {}, body });
  }

  /** States a fact that must hold on this server; `step` says which. */
  expect(step: string, holds: boolean): void {
    if (!holds) this.fail(step);
  }

  fail(problem: string): void {
    this.failures.push({ index: this.transcript.length, problem });
  }

  save(name: string, value: unknown): void {
    this.#saved.set(name, value);
  }

  record(entry: Entry): void {
    const { step, status, headers, body } = entry;
    this.transcript.push({
      step: this.#normaliser.text(step),
      status,
      headers: this.#normaliser.value(headers) as Entry['headers'],
      body: this.#normaliser.value(body),
    });
  }

  async close(): Promise<void> {
    for (const { stream } of this.#watches) stream.close();
    for (const exchange of this.#exchanges.values()) (await exchange).close();
  }

  async #open(step: Step): Promise<IncomingMessage> {
    const { method, body, type = 'application/json', headers = {}, token } = step;
    const user = token === undefined ? this.#fill(step.as ?? admin) : 'anonymous';
    const exchange = await this.#exchangeFor(user);
    const payload = this.#payload(body);
    return exchange.send({
      method,
      path: fillIn(step.path, this.#saved, 'text'),
      headers: {
        accept: 'application/json, */*',
        ...(payload === undefined ? {} : { 'content-type': type }),
        // Node would send the body of a DELETE without saying so.
        ...(payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }),
        ...(token === undefined ? {} : { authorization: `Bearer ${this.#fill(token)}` }),
        ...Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, this.#fill(v)])),
      },
      payload,
    });
  }

  #payload(body: unknown): string | undefined {
    if (body === undefined) return undefined;
    if (typeof body === 'string') return this.#fill(body);
    return fillIn(JSON.stringify(body), this.#saved, 'json');
  }

  #fill(template: string): string {
    return fillIn(template, this.#saved, 'text');
  }

  async #exchangeFor(user: string): Promise<Exchange> {
    const known = this.#exchanges.get(user) ?? this.#createExchange(user);
    this.#exchanges.set(user, known);
    return known;
  }

  async #createExchange(user: string): Promise<Exchange> {
    const { url, caFile, authority } = this.#cluster;
    const ca = await readFile(caFile, 'utf8');
    if (user === 'anonymous') return new Exchange(url, ca);
    const [commonName = '', groups = ''] = user.split('/');
    const organizations = groups === '' ? [] : groups.split(',');
    return new Exchange(url, ca, await authority.issue({ commonName, organizations }));
  }

  #check(step: Step, status: number, body: unknown): void {
    const said = messageOf(body);
    if (status !== step.status) {
      this.fail(`${nameOf(step)}: ${step.status}, not ${status} ${said.slice(0, 300)}`);
    }
    const { message } = step;
    if (message === undefined || said.includes(this.#fill(message))) return;
    this.fail(`${nameOf(step)}: says ${JSON.stringify(said)}`);
  }
}

function nameOf({ method, path, as, headers }: Step): string {
  const accept = headers?.['accept'] === undefined ? '' : ` (${headers['accept']})`;
  return `${method} ${path}${as === undefined ? '' : ` as ${as}`}${accept}`;
}

function headersOf({ headers }: IncomingMessage): Record<string, unknown> {
  const found = comparedHeaders.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

function parsed(contentType: string, body: string): unknown {
  if (body === '') return body;
  if (contentType.includes('json')) return JSON.parse(body);
  return contentType.includes('yaml') ? parse(body) : body;
}

/** A body without an end, for instance of a watch that should have been refused, is a text. */
async function bodyOf(response: IncomingMessage): Promise<unknown> {
  try {
    return parsed(response.headers['content-type'] ?? '', await text(response));
  } catch {
    return '<endless or malformed>';
  }
}

function messageOf(body: unknown): string {
  if (typeof body === 'string') return body;
  const { message } = (body ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' ? message : '';
}
