import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { crc32c } from '../../domain/crc32c.js';
import { flatName, gcpNameRules } from '../../domain/flat-name.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { markText, type RemoteMark } from '../../domain/remote-mark.js';
import type { BearerCalls } from '../bearer-calls.js';
import { type GcpSecret, type GcpVersion, isNotFound, MARK, versionOf } from './secret-answer.js';

/** Project of secrets, and where their values are. */
export interface SecretProject {
  readonly project: string;
  /** Location of regional secrets; undefined: secrets are global. */
  readonly location: string | undefined;
  /** Locations that global secrets are copied to; none: Google chooses. */
  readonly replicas: readonly string[];
}

/**
 * Requests for one secret of a project.
 * https://cloud.google.com/secret-manager/docs/reference/rest
 */
export class SecretRequests {
  readonly #calls: BearerCalls;
  readonly #project: SecretProject;
  readonly #name: string;
  readonly #signal: AbortSignal;

  /** Throws RemoteFault StoreRefused for a name that Secret Manager does not take. */
  constructor(calls: BearerCalls, project: SecretProject, name: string, signal: AbortSignal) {
    const flat = flatName(name, gcpNameRules);
    if ('refused' in flat) throw new RemoteFault('StoreRefused', flat.refused);
    this.#calls = calls;
    this.#project = project;
    this.#name = flat.name;
    this.#signal = signal;
  }

  /** Asks for the payload of a version. */
  async access(version: number | 'latest'): Promise<HttpsAnswer> {
    return this.#ofSecret('GET', `/versions/${version}:access`);
  }

  /** Asks for the secret without versions. */
  async secret(): Promise<HttpsAnswer> {
    return this.#ofSecret('GET', '');
  }

  /** Returns the most recent version in any state; undefined: the secret has none. */
  async latest(): Promise<GcpVersion | undefined> {
    const answer = await this.#ofSecret('GET', '/versions/latest');
    return isNotFound(answer) ? undefined : versionOf(answer);
  }

  /** Creates a secret without versions, with the mark of its owner. */
  async create(mark: RemoteMark): Promise<HttpsAnswer> {
    const { location, replicas } = this.#project;
    const userManaged = { replicas: replicas.map((one) => ({ location: one })) };
    const replication = replicas.length === 0 ? { automatic: {} } : { userManaged };
    const body = {
      ...(location === undefined && { replication }),
      labels: { 'managed-by': 'sallyport' },
      annotations: { [MARK]: markText(mark) },
    };
    const path = `${this.#parent}/secrets?secretId=${this.#name}`;
    return this.#send('POST', path, body);
  }

  /** Adds a version, whatever the latest one is. */
  async add(payload: Uint8Array): Promise<HttpsAnswer> {
    const data = Buffer.from(payload).toString('base64');
    const body = { payload: { data, dataCrc32c: String(crc32c(payload)) } };
    return this.#ofSecret('POST', ':addVersion', body);
  }

  /** Adds the mark to a secret that was not changed since; other annotations stay. */
  async annotate({ etag, annotations }: GcpSecret, mark: RemoteMark): Promise<HttpsAnswer> {
    const body = { etag, annotations: { ...annotations, [MARK]: markText(mark) } };
    return this.#ofSecret('PATCH', '?updateMask=annotations', body);
  }

  /** Disables a version that was not changed since. */
  async disable({ number, etag }: GcpVersion): Promise<HttpsAnswer> {
    return this.#ofSecret('POST', `/versions/${number}:disable`, { etag });
  }

  get #parent(): string {
    const { project, location } = this.#project;
    return `projects/${project}${location === undefined ? '' : `/locations/${location}`}`;
  }

  async #ofSecret(method: string, path: string, body?: object): Promise<HttpsAnswer> {
    return this.#send(method, `${this.#parent}/secrets/${this.#name}${path}`, body);
  }

  async #send(method: string, path: string, body?: object): Promise<HttpsAnswer> {
    const answer = await this.#calls.send({ method, path: `/v1/${path}`, body }, this.#signal);
    this.#calls.noteDenial(answer);
    return answer;
  }
}
