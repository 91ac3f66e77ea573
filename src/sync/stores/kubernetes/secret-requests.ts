import type { SecretValue } from '../../../core/secret-value.js';
import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { kubernetesName } from '../../domain/kubernetes-name.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { markText, type RemoteMark } from '../../domain/remote-mark.js';
import type { BearerCall, BearerCalls } from '../bearer-calls.js';
import { MARK, type SecretIdentity, type SecretPlace } from './secret-answer.js';

const MERGE_PATCH = 'application/merge-patch+json';
/** A fixed name, which rules of GitOps programs can ignore. */
const MANAGER = 'fieldManager=sallyport';

/** Change of a Secret. */
export interface SecretChange {
  readonly mark: RemoteMark;
  /** Values of the changed keys; undefined removes a key. */
  readonly data: ReadonlyMap<string, SecretValue | undefined>;
}

/**
 * Requests for one Secret of another cluster.
 * https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/
 */
export class SecretRequests {
  readonly place: SecretPlace;
  readonly #calls: BearerCalls;
  readonly #signal: AbortSignal;

  /** Throws RemoteFault StoreRefused for a name that Kubernetes does not take. */
  constructor(calls: BearerCalls, name: string, signal: AbortSignal) {
    const place = kubernetesName(name);
    if ('refused' in place) throw new RemoteFault('StoreRefused', place.refused);
    this.place = place;
    this.#calls = calls;
    this.#signal = signal;
  }

  /** Asks for the Secret. */
  async get(): Promise<HttpsAnswer> {
    return this.#send({ method: 'GET', path: this.#path });
  }

  /** Creates the Secret; the answer is 409 if it is there. */
  async create({ mark, data }: SecretChange): Promise<HttpsAnswer> {
    const { namespace, name } = this.place;
    const metadata = { namespace, name, annotations: { [MARK]: markText(mark) } };
    const kind = { apiVersion: 'v1', kind: 'Secret', type: 'Opaque' };
    const body = { ...kind, metadata, data: encoded(data) };
    return this.#send({ method: 'POST', path: `${this.#parent}?${MANAGER}`, body });
  }

  /** Changes keys and the mark of exactly this state; all else stays. */
  async patch(
    { uid, resourceVersion }: SecretIdentity,
    { mark, data }: SecretChange,
  ): Promise<HttpsAnswer> {
    const metadata = { uid, resourceVersion, annotations: { [MARK]: markText(mark) } };
    const body = { metadata, ...(data.size > 0 && { data: encoded(data) }) };
    const path = `${this.#path}?${MANAGER}`;
    return this.#send({ method: 'PATCH', path, body, contentType: MERGE_PATCH });
  }

  /** Deletes exactly this state. */
  async delete({ uid, resourceVersion }: SecretIdentity): Promise<HttpsAnswer> {
    const preconditions = { uid, resourceVersion };
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
    return this.#send({ method: 'DELETE', path: this.#path, body });
  }

  get #parent(): string {
    return `/api/v1/namespaces/${this.place.namespace}/secrets`;
  }

  get #path(): string {
    return `${this.#parent}/${this.place.name}`;
  }

  async #send(call: BearerCall): Promise<HttpsAnswer> {
    const answer = await this.#calls.send(call, this.#signal);
    this.#calls.noteDenial(answer);
    return answer;
  }
}

function encoded(data: SecretChange['data']): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    [...data].map(([key, value]) => [key, value?.revealBase64() ?? null] as const),
  );
}
