import { randomBytes } from 'node:crypto';
import { crc32c } from '../../src/sync/domain/crc32c.js';
import type { DoubleAnswer } from './https-double.js';

export type GcpState = 'ENABLED' | 'DISABLED' | 'DESTROYED';

interface SecretVersion {
  readonly payload: Buffer;
  readonly createTime: string;
  state: GcpState;
  etag: string;
}

interface Secret {
  readonly versions: SecretVersion[];
  readonly createTime: string;
  readonly replication: unknown;
  labels: Texts;
  annotations: Texts;
  etag: string;
}

type Texts = Readonly<Record<string, string>>;
type Body = Readonly<Record<string, unknown>>;

const PAYLOAD_BYTES_MAX = 64 * 1_024;
const ANNOTATIONS_BYTES_MAX = 16 * 1_024;
const enumNumbers = { ENABLED: 1, DISABLED: 2, DESTROYED: 3 } as const;

/**
 * Secrets of one project, as GCP Secret Manager has them. Names in answers have the number of the
 * project, not its id.
 * https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets
 */
export class GcpSecrets {
  readonly #secrets = new Map<string, Secret>();
  readonly #parent: string;
  #times = Date.now() * 1_000;

  constructor(projectNumber: string) {
    this.#parent = `projects/${projectNumber}`;
  }

  /** Returns payloads in the order of their numbers. */
  payloads(name: string): readonly Buffer[] {
    return (this.#secrets.get(name)?.versions ?? []).map(({ payload }) => payload);
  }

  annotations(name: string): Texts | undefined {
    return this.#secrets.get(name)?.annotations;
  }

  /** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create */
  create(name: string, body: Body): DoubleAnswer {
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) return invalid('secretId');
    const { replication, labels = {}, annotations = {} } = body;
    const { automatic, userManaged } = Object(replication) as Body;
    if ((automatic === undefined) === (userManaged === undefined)) return invalid('replication');
    if (!areLabels(labels)) return invalid('labels');
    if (!areAnnotations(annotations)) return invalid('annotations');
    if (this.#secrets.has(name)) return failed(409, 'ALREADY_EXISTS');
    const secret = { versions: [], createTime: this.#time(), etag: newEtag() };
    this.#secrets.set(name, { ...secret, replication, labels, annotations });
    return this.get(name);
  }

  get(name: string): DoubleAnswer {
    const secret = this.#secrets.get(name);
    if (secret === undefined) return failed(404, 'NOT_FOUND');
    const { createTime, etag, replication, labels, annotations } = secret;
    const body = { name: `${this.#parent}/secrets/${name}`, createTime, etag };
    return { status: 200, body: { ...body, replication, labels, annotations } };
  }

  /** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/patch */
  patch(name: string, body: Body, mask: string | null): DoubleAnswer {
    const secret = this.#secrets.get(name);
    if (secret === undefined) return failed(404, 'NOT_FOUND');
    const fields = mask?.split(',') ?? [];
    if (!fields.every((one) => one === 'annotations' || one === 'labels')) return invalid('mask');
    if (fields.length === 0) return invalid('mask');
    if (isOther(body, secret)) return failed(400, 'FAILED_PRECONDITION');
    const { annotations = {}, labels = {} } = body;
    if (!areAnnotations(annotations)) return invalid('annotations');
    if (!areLabels(labels)) return invalid('labels');
    if (fields.includes('annotations')) secret.annotations = annotations;
    if (fields.includes('labels')) secret.labels = labels;
    secret.etag = newEtag();
    return this.get(name);
  }

  delete(name: string, etag?: string): DoubleAnswer {
    const secret = this.#secrets.get(name);
    if (secret === undefined) return failed(404, 'NOT_FOUND');
    if (isOther({ etag }, secret)) return failed(400, 'FAILED_PRECONDITION');
    this.#secrets.delete(name);
    return { status: 200, body: {} };
  }

  /**
   * Has no condition. The etag of the secret stays.
   * https://cloud.google.com/secret-manager/docs/etags
   */
  addVersion(name: string, body: Body, isNumeric: boolean): DoubleAnswer {
    const secret = this.#secrets.get(name);
    if (secret === undefined) return failed(404, 'NOT_FOUND');
    const { data, dataCrc32c } = Object(body['payload']) as Body;
    if (typeof data !== 'string') return invalid('payload');
    // Google takes both alphabets.
    const payload = Buffer.from(data, 'base64');
    // https://cloud.google.com/secret-manager/quotas#content_limits
    if (payload.length > PAYLOAD_BYTES_MAX) return invalid('payload');
    // https://cloud.google.com/secret-manager/docs/data-integrity
    const isWhole = dataCrc32c === undefined || String(dataCrc32c) === String(crc32c(payload));
    if (!isWhole) return invalid('payload.data_crc32c');
    const createTime = this.#time();
    secret.versions.push({ payload, createTime, state: 'ENABLED', etag: newEtag() });
    return this.getVersion(name, String(secret.versions.length), isNumeric);
  }

  getVersion(name: string, of: string, isNumeric: boolean): DoubleAnswer {
    const found = this.#version(name, of);
    if (found === undefined) return failed(404, 'NOT_FOUND');
    const { number, version } = found;
    const { createTime, etag, state } = version;
    const shown = isNumeric ? enumNumbers[state] : state;
    return {
      status: 200,
      body: { name: this.#name(name, number), createTime, etag, state: shown },
    };
  }

  /**
   * `latest` is the most recent version, whatever its state.
   * https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
   */
  access(name: string, of: string): DoubleAnswer {
    const found = this.#version(name, of);
    if (found === undefined) return failed(404, 'NOT_FOUND');
    const { number, version } = found;
    // https://github.com/google-github-actions/get-secretmanager-secrets/issues/268
    if (version.state !== 'ENABLED') return failed(400, 'FAILED_PRECONDITION');
    const { payload } = version;
    const data = payload.toString('base64');
    const sent = { data, dataCrc32c: String(crc32c(payload)) };
    return { status: 200, body: { name: this.#name(name, number), payload: sent } };
  }

  /** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/disable */
  setState(
    name: string,
    of: string,
    { state, body, isNumeric }: { state: GcpState; body: Body; isNumeric: boolean },
  ): DoubleAnswer {
    const found = this.#version(name, of);
    if (found === undefined) return failed(404, 'NOT_FOUND');
    const { version } = found;
    if (isOther(body, version)) return failed(400, 'FAILED_PRECONDITION');
    if (version.state === 'DESTROYED') return failed(400, 'FAILED_PRECONDITION');
    version.state = state;
    version.etag = newEtag();
    return this.getVersion(name, of, isNumeric);
  }

  #version(name: string, of: string) {
    const versions = this.#secrets.get(name)?.versions ?? [];
    const number = of === 'latest' ? versions.length : Number(of);
    const version = versions[number - 1];
    return version === undefined ? undefined : { number, version };
  }

  #name(name: string, number: number): string {
    return `${this.#parent}/secrets/${name}/versions/${number}`;
  }

  /** A time in microseconds that no other secret or version has. */
  #time(): string {
    this.#times += 1;
    const date = new Date(Math.floor(this.#times / 1_000));
    const micros = String(this.#times % 1_000).padStart(3, '0');
    return date.toISOString().replace('Z', `${micros}Z`);
  }
}

/** An etag has quotes: https://google.aip.dev/154 */
function newEtag(): string {
  return `"${randomBytes(6).toString('hex')}"`;
}

function isOther({ etag }: Body, current: { readonly etag: string }): boolean {
  return etag !== undefined && etag !== '' && etag !== current.etag;
}

/** https://cloud.google.com/secret-manager/docs/creating-and-accessing-secrets#labels */
function areLabels(labels: unknown): labels is Texts {
  const entries = Object.entries(Object(labels) as Body);
  return (
    entries.length <= 64 &&
    entries.every(([key, value]) => {
      return /^[a-z][a-z0-9_-]{0,62}$/.test(key) && /^[a-z0-9_-]{0,63}$/.test(String(value));
    })
  );
}

/** https://cloud.google.com/secret-manager/docs/annotating-secrets */
function areAnnotations(annotations: unknown): annotations is Texts {
  const entries = Object.entries(Object(annotations) as Body);
  const key = /^[a-z0-9A-Z](?:[a-z0-9A-Z._-]{0,61}[a-z0-9A-Z])?$/;
  const areTexts = entries.every(([name, text]) => key.test(name) && typeof text === 'string');
  return areTexts && Buffer.byteLength(JSON.stringify(annotations)) < ANNOTATIONS_BYTES_MAX;
}

/** https://cloud.google.com/apis/design/errors */
export function failed(code: number, status: string): DoubleAnswer {
  return { status: code, body: { error: { code, status, message: `The request has ${status}.` } } };
}

export function invalid(field: string): DoubleAnswer {
  const error = {
    code: 400,
    status: 'INVALID_ARGUMENT',
    message: `The field ${field} is invalid.`,
  };
  return { status: 400, body: { error } };
}
