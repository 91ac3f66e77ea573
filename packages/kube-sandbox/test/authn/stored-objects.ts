import { generateKeyPairSync } from 'node:crypto';
import { defaultIssuer, ServiceAccountTokens } from '../../src/authn/service-account-tokens.js';
import type { KubeObject, ObjectMeta } from '../../src/model/kube-object.js';
import type { ObjectPath, ObjectReader } from '../../src/model/object-reader.js';

/** Objects in memory, keyed as a store keys them. */
export class StoredObjects implements ObjectReader {
  readonly #objects = new Map<string, KubeObject>();

  put(resource: string, metadata: ObjectMeta, more: Record<string, unknown> = {}): void {
    const object = { apiVersion: 'v1', kind: 'Any', metadata, ...more } as KubeObject;
    const { namespace = '', name = '' } = metadata;
    this.#objects.set(keyOf({ resource, namespace, name }), object);
  }

  remove(path: ObjectPath): void {
    this.#objects.delete(keyOf(path));
  }

  get(path: ObjectPath): KubeObject | undefined {
    return structuredClone(this.#objects.get(keyOf(path)));
  }

  all(): readonly KubeObject[] {
    return [];
  }

  onChange(): void {}
}

function keyOf({ resource, namespace, name }: ObjectPath): string {
  return `${resource}/${namespace}/${name}`;
}

export function newKeyPem(namedCurve = 'P-256'): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Namespace `pay` with ServiceAccount `app`, Pod `app-1` and Secret `bound`. */
export function payNamespace() {
  const reader = new StoredObjects();
  const namespace = 'pay';
  reader.put('namespaces', { name: namespace });
  reader.put('serviceaccounts', { namespace, name: 'app', uid: 'sa-uid' });
  reader.put(
    'pods',
    { namespace, name: 'app-1', uid: 'pod-uid' },
    { spec: { serviceAccountName: 'app', nodeName: 'node-1' } },
  );
  reader.put('secrets', { namespace, name: 'bound', uid: 'secret-uid' });
  const clock = { ms: Date.parse('2030-01-01T00:00:00.500Z') };
  const sources = {
    reader,
    privateKeyPem: newKeyPem(),
    issuer: defaultIssuer,
    nowMs: () => clock.ms,
  };
  return { reader, clock, sources, tokens: new ServiceAccountTokens(sources) };
}

export function payloadOf(token: string): Record<string, unknown> {
  const [, payload = ''] = token.split('.');
  const text = Buffer.from(payload, 'base64url').toString();
  return JSON.parse(text) as Record<string, unknown>;
}
