import { AdmissionListener } from '../../../src/admission/admission-listener.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { TestInstallation } from '../../support/gateway.js';
import { partOf } from '../../support/part-of.js';
import { type ClientIdentity, send } from '../../support/raw-http.js';
import { TlsWorld } from '../../support/tls-files.js';

export const namespace = 'mongodb';
export const passwordKey = 'mongodb-root-password';
export const labels = { 'sallyport.dev/schema': 'mongodb-root' };

/** A gateway with an admission webhook, and a schema that refuses an empty password. */
export class AdmissionWorld {
  readonly installation: TestInstallation;
  readonly tls: TlsWorld;
  /** URL of the webhook. */
  readonly url: string;

  private constructor(installation: TestInstallation, tls: TlsWorld) {
    this.installation = installation;
    this.tls = tls;
    this.url = partOf(installation.gateway, AdmissionListener).url ?? '';
  }

  /** `asksForCertificate`: whether the API server has to present one. */
  static async start(asksForCertificate = false): Promise<AdmissionWorld> {
    const tls = await TlsWorld.create();
    const { clientCa, ...files } = tls.files;
    const admission = { port: 0, ...files, ...(asksForCertificate && { clientCa }) };
    const installation = await TestInstallation.start({ admission });
    const world = new AdmissionWorld(installation, tls);
    await installation.serve(namespace);
    await world.#addSchemas();
    return world;
  }

  async #addSchemas(): Promise<void> {
    const [url = ''] = await this.installation.gateway.listen();
    const token = await this.installation.clusterUser(namespace, 'author', [
      { verbs: ['*'], apiGroups: ['sallyport.dev'], resources: ['secretschemas'] },
      { verbs: ['list'], resources: ['secrets'] },
    ]);
    for (const mode of ['enforce', 'warn']) {
      const name = mode === 'warn' ? 'mongodb-warned' : 'mongodb-root';
      const keys = { [passwordKey]: { required: true, schema: { minLength: 8 } } };
      const body = { appliesTo: { label: name }, mode, keys };
      const path = `/v1/schemas/${name}`;
      const made = await send(url, { method: 'PUT', path, token, body });
      if (made.status !== 201) throw new Error(made.text);
    }
  }

  /** Sends a review, or something else, to the webhook. */
  ask(body: object | string | Buffer, more: Partial<Parameters<typeof send>[1]> = {}) {
    const headers = { 'content-type': 'application/json' };
    const call = { method: 'POST', path: '/validate', headers, body, ca: this.tls.ca, ...more };
    return send(this.url, call);
  }

  client(): Promise<ClientIdentity> {
    return this.tls.client({ commonName: 'kube-apiserver' });
  }

  /** Events of refused reviews, newest first. */
  async events() {
    const audit = partOf(this.installation.gateway, AuditService);
    const { items } = await audit.list({ action: ['admission.review'] }, { limit: 100 });
    return items;
  }

  async stop(): Promise<void> {
    await this.installation?.stop();
    this.tls?.remove();
  }
}

/** A review as an API server sends it. */
export function reviewOf(password: string, more: object = {}, secret: object = {}) {
  const object = secretWith(password, secret);
  const request = {
    uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
    kind: { group: '', version: 'v1', kind: 'Secret' },
    operation: 'CREATE',
    userInfo: { username: 'mallory', groups: ['system:authenticated'] },
    object,
    ...more,
  };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
}

export function secretWith(password: string, more: object = {}) {
  const metadata = { namespace, name: 'db', labels };
  const data = { [passwordKey]: Buffer.from(password).toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, data, ...more };
}
